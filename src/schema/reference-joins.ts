/** UPDATE and DELETE of several joined tables (MySQL) → writes of those that are named. */
import { type Body, listOf, nodesOf, textOf } from '../parse/sql/ast.ts';
import { type Context, type Environment, emit, locationOf, type Run } from './reference-context.ts';
import { fromItem } from './reference-from.ts';
import { withCtes } from './reference-select.ts';
import { columnOf, findSource, meaningOf, NOTHING, type Origin, type Scope } from './scope.ts';

const originOf = (scope: Scope, target: Body): Origin | null => {
  const name = textOf(target, 'name') ?? '';
  const qualifier = textOf(target, 'qualifier');
  if (qualifier !== null) {
    const source = findSource(scope, qualifier);
    return source ? columnOf(source, name) : null;
  }
  const meaning = meaningOf(scope, name, undefined);
  return meaning.kind === 'column' ? meaning.origin : null;
};

const scopeOf = (context: Context, body: Body, environment: Environment): Scope => {
  const scope: Scope = { sources: [], parent: environment.parent };
  for (const item of listOf(body, 'fromClause')) fromItem(context, item, scope, environment);
  return scope;
};

const update: Run = (context, body, outer) => {
  const environment = withCtes(context, body, { ...outer, verb: 'UPDATE', isExists: false });
  const scope = scopeOf(context, body, environment);
  for (const { body: target } of nodesOf(body, 'targetList')) {
    const origin = originOf(scope, target);
    if (origin) {
      emit(context, { kind: 'write', table: origin.table, column: null, how: 'named' }, locationOf(target), 'UPDATE');
      emit(context, { kind: 'write', ...origin, how: 'named' }, locationOf(target), 'UPDATE');
    }
    context.walk(context, target['val'], scope, environment);
  }
  context.walk(context, body['whereClause'], scope, environment);
  return NOTHING;
};

const remove: Run = (context, body, outer) => {
  const environment = withCtes(context, body, { ...outer, verb: 'DELETE', isExists: false });
  const scope = scopeOf(context, body, environment);
  for (const { body: target } of nodesOf(body, 'targets')) {
    const table = findSource(scope, textOf(target, 'relname') ?? '')?.table;
    if (table) emit(context, { kind: 'write', table, column: null, how: 'named' }, locationOf(target), 'DELETE');
  }
  context.walk(context, body['whereClause'], scope, environment);
  return NOTHING;
};

/** By node type. */
export const JOINED_DML: readonly (readonly [string, Run])[] = [
  ['UpdateJoinStmt', update],
  ['DeleteJoinStmt', remove],
];
