/**
 * One statement's tree → the draft and its operations, by a table of node types.
 * Invariants: a node type that is not in the table changes nothing that code can name (grants, comments, settings).
 */
import { type Body, childOf, isTrue, listOf, nodesOf, stringOf, stringsOf, type TaggedNode, textOf } from '../../parse/sql/ast.ts';
import type { PgStep } from '../step.ts';
import { recordUnreadable } from '../unreadable.ts';
import { alterTable } from './alter.ts';
import { calledBodies } from './calls.ts';
import { alterDomain, createComposite, createDomain, createEnum, createRange } from './composites.ts';
import { dropObjects } from './drop.ts';
import { createIndex } from './indexes.ts';
import { maintenance, reindex, vacuum } from './maintenance.ts';
import { constantSql, type EmbeddedSql, embeddedSql, isHarmless } from './plpgsql.ts';
import { alterEnum, renameObject, setSchema } from './rename.ts';
import {
  alterPolicy,
  createFunction,
  createPolicy,
  createRule,
  createSchema,
  createTrigger,
  createView,
  createViewStatement,
} from './routines.ts';
import { alterSequence, createSequence } from './sequences.ts';
import { selectSetConfig, setVariable } from './settings.ts';
import { createTable, createTableAs } from './table.ts';
import { guarded, transaction } from './transactions.ts';
import { applyWrite } from './write.ts';

type Apply = (step: PgStep, body: Body) => void;

const tableAs: Apply = (step, body) => {
  runCalls(step, body['query']);
  const into = childOf(body, 'into');
  const range = into ? childOf(into, 'rel') : null;
  if (!into || !range) return;
  const ifNotExists = isTrue(body, 'if_not_exists');
  if (textOf(body, 'objtype') === 'OBJECT_MATVIEW') {
    createView(step, 'materialized-view', range, body['query'], stringsOf(listOf(into, 'colNames')), ifNotExists);
  } else createTableAs(step, into, body['query'], ifNotExists);
};

const selectStatement: Apply = (step, body) => {
  const into = childOf(body, 'intoClause');
  if (into) createTableAs(step, into, { SelectStmt: body }, false);
  selectSetConfig(step, body);
  runCalls(step, body);
  if (childOf(body, 'withClause')) applyWrite(step, { type: 'SelectStmt', body });
};

const foreignTable: Apply = (step, body) => {
  const base = childOf(body, 'base') ?? childOf(body, 'base_stmt');
  if (base) createTable(step, base);
};

const schemaWithElements: Apply = (step, body) => {
  createSchema(step, body);
  for (const node of nodesOf(body, 'schemaElts')) applyNode(step, node);
};

/** The statement's place in the file, where the block's text shows it: an embedded text is a part of the block. */
const embeddedStep = (step: PgStep, sql: string, from: number): { readonly step: PgStep; readonly next: number } => {
  const start = step.source.text.indexOf(sql, from);
  if (start < 0 || start + sql.length > step.end) return { step, next: from };
  return { step: { ...step, location: step.source.locate(start, start + sql.length) }, next: start + sql.length };
};

/** Applies SQL that stands inside other text; all of it has the given place. */
const applyText = (step: PgStep, sql: string): void => {
  const parsed = step.postgres.parse(sql);
  if (!parsed.ok) {
    recordUnreadable(step, sql, parsed.reason, false);
    return;
  }
  for (const { node, start, end } of parsed.nodes) {
    const locate = (): PgStep['location'] => step.location;
    // Whether it runs at all is for the block to say: what would be refused is left out, and not reported.
    applyNode({ ...step, start, end, source: { text: sql, toUtf16: parsed.toUtf16, locate }, refusals: [], isConditional: true }, node);
  }
};

/** One piece of a PL/pgSQL body. */
const applyPart = (step: PgStep, { kind, text }: EmbeddedSql): void => {
  if (kind === 'statement') applyText(step, text);
  else if (kind === 'dynamic') {
    const constant = constantSql(step.postgres, text);
    if (constant !== null) applyText(step, constant);
    else if (!isHarmless(text)) recordUnreadable(step, text, 'dynamic SQL: what EXECUTE runs is only known at run time', true);
  } else if (text.includes('(')) {
    const parsed = step.postgres.parse(`SELECT ${kind === 'assignment' ? text.replace(/^[^=]*=/, '') : text}`);
    if (parsed.ok)
      runCalls(
        step,
        parsed.nodes.map(({ node }) => node.body),
      );
  }
};

/** What a statement calls runs, where the history holds its text. */
const runCalls = (step: PgStep, part: unknown): void => {
  const ran = step.ran ?? new Set<string>();
  const inside: PgStep = { ...step, ran };
  for (const body of calledBodies(step, part, ran)) {
    if (body.kind === 'sql') applyText(inside, body.text);
    else if (body.kind === 'plpgsql') for (const sql of body.parts) applyPart(inside, sql);
    else recordUnreadable(inside, body.text, body.reason, true);
  }
};

/** Everything in a DO block may run, whatever its conditions say. */
const doBlock: Apply = (step, body) => {
  const language = nodesOf(body, 'args').find(({ body: element }) => textOf(element, 'defname') === 'language');
  const name = language ? (stringOf(language.body['arg']) ?? '').toLowerCase() : 'plpgsql';
  const text = step.source.text.slice(step.start, step.end);
  const parsed = name === 'plpgsql' ? step.postgres.parsePlpgsql(text) : { ok: false as const, reason: `DO block in ${name}` };
  if (!parsed.ok) {
    recordUnreadable(step, text, parsed.reason, true);
    return;
  }
  let from = step.start;
  const ran = new Set<string>();
  for (const sql of embeddedSql(parsed.functions)) {
    const place = embeddedStep(step, sql.text, from);
    from = place.next;
    applyPart({ ...place.step, ran }, sql);
  }
};

const write = (type: string): [string, Apply] => [
  type,
  (step, body) => {
    applyWrite(step, { type, body });
    runCalls(step, body);
  },
];

/** What it takes away, or what it brings in, is not in the text. */
const unsaid =
  (reason: string): Apply =>
  (step) =>
    recordUnreadable(step, step.source.text.slice(step.start, step.end), reason, false);

const copy: Apply = (step, body) => {
  applyWrite(step, { type: 'CopyStmt', body });
  if (isTrue(body, 'is_program')) unsaid('a program of the server is run')(step, body);
};

const STATEMENTS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['CreateStmt', createTable],
  ['CreateForeignTableStmt', foreignTable],
  ['CreateTableAsStmt', tableAs],
  ['AlterTableStmt', alterTable],
  ['IndexStmt', createIndex],
  ['DropStmt', dropObjects],
  ['RenameStmt', renameObject],
  ['AlterObjectSchemaStmt', setSchema],
  ['CreateEnumStmt', createEnum],
  ['AlterEnumStmt', alterEnum],
  ['CompositeTypeStmt', createComposite],
  ['CreateDomainStmt', createDomain],
  ['AlterDomainStmt', alterDomain],
  ['CreateRangeStmt', createRange],
  ['CreateSeqStmt', createSequence],
  ['AlterSeqStmt', alterSequence],
  ['RuleStmt', createRule],
  ['TransactionStmt', transaction],
  ['ReindexStmt', reindex],
  ['VacuumStmt', vacuum],
  ['ClusterStmt', maintenance('pg-cluster')],
  ['RepackStmt', maintenance('pg-cluster')],
  ['RefreshMatViewStmt', maintenance('pg-refresh')],
  ['ViewStmt', createViewStatement],
  ['CreateFunctionStmt', createFunction],
  ['CreateTrigStmt', createTrigger],
  ['CreatePolicyStmt', createPolicy],
  ['AlterPolicyStmt', alterPolicy],
  ['CreateSchemaStmt', schemaWithElements],
  ['VariableSetStmt', setVariable],
  ['SelectStmt', selectStatement],
  ['CallStmt', runCalls],
  ['DoStmt', doBlock],
  ...['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'TruncateStmt'].map(write),
  ['CopyStmt', copy],
  ['PrepareStmt', (step, body) => runCalls(step, body['query'])],
  ['DropOwnedStmt', unsaid('everything that a role owns is dropped, whatever that is')],
]);

/** Applies one statement. */
export const applyNode = (step: PgStep, node: TaggedNode): void => {
  const apply = STATEMENTS.get(node.type);
  if (apply) guarded(step, node, () => apply(step, node.body));
};
