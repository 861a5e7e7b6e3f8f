/** INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY → writes, and the columns their RETURNING offers. */
import { type Body, childOf, listOf, nodeOf, nodesOf, stringsOf, textOf, untag } from '../parse/sql/ast.ts';
import { constantsOf } from './constants.ts';
import {
  aliasOf,
  type Context,
  type Environment,
  emit,
  locationOf,
  type Run,
  rowSource,
  tableOf,
  tableSource,
} from './reference-context.ts';
import { fromItem } from './reference-from.ts';
import { JOINED_DML } from './reference-joins.ts';
import { select, targets, withCtes } from './reference-select.ts';
import type { Verb } from './reference-types.ts';
import { type Derived, NOTHING, type Scope, type Source } from './scope.ts';

/** Records the write of the table and returns it as a source. */
const target = (context: Context, range: Body, verb: Verb): Source => {
  const table = tableOf(context, range);
  emit(context, { kind: 'write', table, column: null, how: 'named' }, locationOf(range), verb);
  const alias = aliasOf(range);
  return tableSource(context, table, alias.name, alias.columns);
};

const writeColumns = (context: Context, table: string, list: readonly unknown[], verb: Verb): void => {
  for (const item of list) {
    const column = untag(item)?.body;
    const name = column ? textOf(column, 'name') : null;
    const constants = column ? constantsOf(column['val']) : null;
    if (column && constants) context.constants.set(locationOf(column), constants);
    if (column && name !== null) emit(context, { kind: 'write', table, column: name, how: 'named' }, locationOf(column), verb);
  }
};

/** An INSERT or COPY without a column list sends a value for every column, by position. */
const writeRow = (context: Context, source: Source, range: Body, verb: Verb): void => {
  for (const origin of source.columns.values()) {
    if (origin) emit(context, { kind: 'write', ...origin, how: 'implicit' }, locationOf(range), verb);
  }
  if (source.table !== null && source.open.length > 0)
    emit(context, { kind: 'write', table: source.table, column: null, how: 'implicit' }, locationOf(range), verb);
};

const assignments = (context: Context, source: Source, list: readonly unknown[], scope: Scope, environment: Environment): void => {
  if (source.table !== null) writeColumns(context, source.table, list, environment.verb);
  context.walk(
    context,
    list.map((item) => untag(item)?.body['val']),
    scope,
    environment,
  );
};

const returning = (context: Context, body: Body, scope: Scope, environment: Environment): Derived => {
  const clause = childOf(body, 'returningClause');
  const list = clause ? listOf(clause, 'exprs') : listOf(body, 'returningList');
  if (list.length === 0 || !scope.sources[0]?.table) return NOTHING;
  const rows = ['old', 'new'].map((alias) => rowSource(context, alias, scope.sources[0]?.table ?? ''));
  return targets(context, list, { ...scope, sources: [...scope.sources, ...rows] }, environment);
};

const onConflict = (context: Context, body: Body, source: Source, scope: Scope, environment: Environment): void => {
  const clause = childOf(body, 'onConflictClause');
  if (!clause) return;
  const infer = childOf(clause, 'infer');
  if (infer && source.table !== null) {
    for (const { body: element } of nodesOf(infer, 'indexElems')) {
      const name = textOf(element, 'name');
      const place = locationOf(element) || locationOf(infer);
      if (name !== null) emit(context, { kind: 'read', table: source.table, column: name, how: 'named' }, place, environment.verb);
    }
    context.walk(context, [infer['indexElems'], infer['whereClause']], scope, environment);
  }
  const excluded: Scope = { ...scope, sources: [...scope.sources, rowSource(context, 'excluded', source.table ?? '')] };
  // MySQL: values may name the tables of the SELECT that the rows come from.
  for (const item of listOf(clause, 'fromClause')) fromItem(context, item, excluded, environment);
  assignments(context, source, listOf(clause, 'targetList'), excluded, environment);
  context.walk(context, clause['whereClause'], excluded, environment);
};

const insert: Run = (context, body, outer) => {
  const environment = withCtes(context, body, { ...outer, verb: 'INSERT', isExists: false });
  const range = childOf(body, 'relation');
  if (!range) return NOTHING;
  const source = target(context, range, 'INSERT');
  const columns = listOf(body, 'cols');
  const query = nodeOf(body, 'selectStmt');
  if (source.table !== null) writeColumns(context, source.table, columns, 'INSERT');
  if (columns.length === 0 && query) writeRow(context, source, range, 'INSERT');
  if (query?.type === 'SelectStmt') select(context, query.body, environment);
  const scope: Scope = { sources: [source], parent: environment.parent };
  onConflict(context, body, source, scope, environment);
  return returning(context, body, scope, environment);
};

const update: Run = (context, body, outer) => {
  const environment = withCtes(context, body, { ...outer, verb: 'UPDATE', isExists: false });
  const range = childOf(body, 'relation');
  if (!range) return NOTHING;
  const source = target(context, range, 'UPDATE');
  const scope: Scope = { sources: [source], parent: environment.parent };
  for (const item of listOf(body, 'fromClause')) fromItem(context, item, scope, environment);
  assignments(context, source, listOf(body, 'targetList'), scope, environment);
  context.walk(context, body['whereClause'], scope, environment);
  return returning(context, body, scope, environment);
};

const remove: Run = (context, body, outer) => {
  const environment = withCtes(context, body, { ...outer, verb: 'DELETE', isExists: false });
  const range = childOf(body, 'relation');
  if (!range) return NOTHING;
  const scope: Scope = { sources: [target(context, range, 'DELETE')], parent: environment.parent };
  for (const item of listOf(body, 'usingClause')) fromItem(context, item, scope, environment);
  context.walk(context, body['whereClause'], scope, environment);
  return returning(context, body, scope, environment);
};

const merge: Run = (context, body, outer) => {
  const environment = withCtes(context, body, { ...outer, verb: 'MERGE', isExists: false });
  const range = childOf(body, 'relation');
  if (!range) return NOTHING;
  const source = target(context, range, 'MERGE');
  const scope: Scope = { sources: [source], parent: environment.parent };
  fromItem(context, body['sourceRelation'], scope, environment);
  context.walk(context, body['joinCondition'], scope, environment);
  for (const { body: when } of nodesOf(body, 'mergeWhenClauses')) {
    const isInsert = textOf(when, 'commandType') === 'CMD_INSERT';
    assignments(context, source, listOf(when, 'targetList'), scope, environment);
    if (isInsert && listOf(when, 'targetList').length === 0 && listOf(when, 'values').length > 0) writeRow(context, source, range, 'MERGE');
    context.walk(context, [when['condition'], when['values']], scope, environment);
  }
  return returning(context, body, scope, environment);
};

const truncate: Run = (context, body) => {
  for (const { body: range } of nodesOf(body, 'relations')) target(context, range, 'TRUNCATE');
  return NOTHING;
};

const copy: Run = (context, body, outer) => {
  const environment: Environment = { ...outer, verb: 'COPY' };
  const query = nodeOf(body, 'query');
  if (query) context.walk(context, { [query.type]: query.body }, null, environment);
  const range = childOf(body, 'relation');
  if (!range) return NOTHING;
  const kind = body['is_from'] === true ? 'write' : 'read';
  const table = tableOf(context, range);
  emit(context, { kind, table, column: null, how: 'named' }, locationOf(range), 'COPY');
  const names = stringsOf(listOf(body, 'attlist'));
  for (const column of names) emit(context, { kind, table, column, how: 'named' }, locationOf(range), 'COPY');
  if (names.length > 0) return NOTHING;
  for (const column of tableSource(context, table, null, []).columns.keys()) {
    emit(context, { kind, table, column, how: 'implicit' }, locationOf(range), 'COPY');
  }
  return NOTHING;
};

/** By node type. */
export const DML: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['InsertStmt', insert],
  ['UpdateStmt', update],
  ['DeleteStmt', remove],
  ['MergeStmt', merge],
  ['TruncateStmt', truncate],
  ['CopyStmt', copy],
  ...JOINED_DML,
]);
