/**
 * ALTER TABLE → one operation per clause.
 * Invariants: a table the history does not know is no error: its operations are recorded as far as the text tells them.
 * Clauses are applied in PostgreSQL's order (drops, types, new columns, constraints, the rest); one refused clause refuses all.
 */
import { type Body, childOf, isTrue, listOf, numberOf, stringOf, textOf, untag } from '../../parse/sql/ast.ts';
import { elementEnd, nextToken, skipTrivia, trimEnd } from '../../parse/sql/lexer.ts';
import { emptyTable } from '../draft.ts';
import { act, isTemporary, type PgStep, relationOf } from '../step.ts';
import { addColumn, alterColumn, type Clause, changeDefault, changeType, dropColumn, dropExpression } from './alter-column.ts';
import { addConstraint, dropConstraint, validate } from './alter-constraint.ts';
import { addIdentity, dropIdentity, setIdentity } from './alter-identity.ts';
import { attachIndex } from './attach.ts';
import { alterComposite } from './composites.ts';
import { refuseMissing } from './known.ts';
import { dropNotNull, setNotNull } from './not-null.ts';
import { attachPartition, changeParent, detachPartition } from './partitions.ts';

const hazard =
  (row: string) =>
  ({ step, table }: Clause): void =>
    act(step, row, table.name);

type Apply = (clause: Clause) => void;

/** By clause, in the order of their passes; clauses not listed (owner, storage, triggers on and off, row security) change nothing that code can see. */
const CLAUSES: ReadonlyMap<string, readonly [pass: number, apply: Apply]> = new Map<string, readonly [number, Apply]>([
  ['AT_DropColumn', [0, dropColumn]],
  ['AT_DropConstraint', [0, dropConstraint]],
  ['AT_DropNotNull', [0, dropNotNull]],
  ['AT_DropExpression', [0, dropExpression]],
  ['AT_DropIdentity', [0, dropIdentity]],
  ['AT_AlterColumnType', [1, changeType]],
  ['AT_AddColumn', [2, addColumn]],
  ['AT_SetExpression', [3, alterColumn((_, before) => before)]],
  ['AT_ColumnDefault', [3, changeDefault]],
  ['AT_AddIdentity', [3, addIdentity]],
  ['AT_SetIdentity', [4, setIdentity]],
  ['AT_SetNotNull', [4, setNotNull]],
  ['AT_AddConstraint', [5, addConstraint]],
  ['AT_ValidateConstraint', [6, validate]],
  ['AT_AttachPartition', [6, attachPartition]],
  ['AT_DetachPartition', [6, detachPartition]],
  ['AT_AddInherit', [6, changeParent(true)]],
  ['AT_DropInherit', [6, changeParent(false)]],
  ['AT_SetLogged', [6, hazard('pg-set-logged')]],
  ['AT_SetUnLogged', [6, hazard('pg-set-logged')]],
  ['AT_SetTableSpace', [6, hazard('pg-set-tablespace')]],
  ['AT_SetAccessMethod', [6, hazard('pg-set-access-method')]],
]);

/** Start of the first clause: after the table's name. */
const afterName = (step: PgStep, range: Body): number => {
  const { text, toUtf16 } = step.source;
  let token = nextToken(text, toUtf16(numberOf(range, 'location')), step.end);
  for (;;) {
    const dot = token ? nextToken(text, token.end, step.end) : null;
    if (!token || !dot) return token?.end ?? step.start;
    const sign = text.slice(dot.start, dot.end);
    if (sign === '*') return dot.end;
    if (sign !== '.') return token.end;
    token = nextToken(text, dot.end, step.end);
  }
};

/** The step of each clause: its own text where there are several, the statement's where there is one. */
const clauseSteps = (step: PgStep, range: Body, count: number): readonly PgStep[] => {
  const { text, locate } = step.source;
  const steps: PgStep[] = [];
  let from = afterName(step, range);
  for (let i = 0; i < count; i++) {
    const start = skipTrivia(text, from, step.end);
    const limit = elementEnd(text, start, step.end);
    const end = trimEnd(text, start, limit);
    steps.push({ ...step, start, end, location: count > 1 ? locate(start, end) : step.location });
    from = limit + 1;
  }
  return steps;
};

const ALTERED: ReadonlySet<string> = new Set(['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW']);

interface Planned {
  readonly step: PgStep;
  readonly body: Body;
  readonly pass: number;
  readonly apply: Apply;
}

const isIndexKey = (constraint: Body | undefined): boolean =>
  ['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION'].includes((constraint && textOf(constraint, 'contype')) ?? '');

/** Keys come before foreign keys and checks, which may stand on them; an added default comes after new columns, a dropped one before. */
const passOf = (body: Body, type: string, pass: number): number => {
  const definition = untag(body['def']);
  if (type === 'AT_ColumnDefault') return definition ? 4 : 0;
  return type === 'AT_AddConstraint' && isIndexKey(definition?.body) ? 4.5 : pass;
};

const planned = (step: PgStep, range: Body, commands: readonly unknown[]): readonly Planned[] => {
  const steps = clauseSteps(step, range, commands.length);
  const plans: Planned[] = [];
  commands.forEach((item, i) => {
    const body = untag(item)?.body;
    const type = body ? (textOf(body, 'subtype') ?? '') : '';
    const clause = CLAUSES.get(type);
    if (body && clause) plans.push({ step: steps[i] ?? step, body, pass: passOf(body, type, clause[0]), apply: clause[1] });
  });
  return plans.sort((a, b) => a.pass - b.pass);
};

export const alterTable = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  const kind = textOf(body, 'objtype') ?? '';
  if (!range) return;
  if (kind === 'OBJECT_TYPE') {
    alterComposite(step, range, listOf(body, 'cmds'));
    return;
  }
  if (kind === 'OBJECT_INDEX') {
    attachIndex(step, range, listOf(body, 'cmds'));
    return;
  }
  if (!ALTERED.has(kind)) return;
  const name = relationOf(step, range);
  if (isTemporary(step, name)) return;
  if (isTrue(body, 'missing_ok') && !step.draft.tables.has(name) && step.draft.dropped.has(`table ${name}`)) return;
  if (refuseMissing(step, name)) return;
  // A table that came from elsewhere: operations on it count, but what it looks like stays unknown.
  const table = step.draft.tables.get(name) ?? emptyTable(name);
  for (const { step: own, body: command, apply } of planned(step, range, listOf(body, 'cmds'))) {
    const named = textOf(command, 'name') ?? stringOf(command['name']) ?? '';
    apply({ step: own, table, body: command, name: named, isCascade: textOf(command, 'behavior') === 'DROP_CASCADE', isFromParent: false });
  }
  if (kind !== 'OBJECT_VIEW' && kind !== 'OBJECT_MATVIEW') step.session.locked?.add(name);
};
