/** Sequences: those that serial and identity columns bring, CREATE and ALTER SEQUENCE, and their names. */
import { type Body, childOf, isTrue, nameParts, nodesOf, textOf } from '../../parse/sql/ast.ts';
import { chooseName, emptyTable, isNameTaken, isRelationName, renameNeed } from '../draft.ts';
import { qualify, unqualify } from '../names.ts';
import { nameOf, newRelation, type PgStep, refuse, relationExists } from '../step.ts';
import type { Column } from '../types.ts';
import { isDoubtful, refuseTaken } from './known.ts';
import { isSerial } from './type-names.ts';

/** The sequence of a column, under the name PostgreSQL chooses. */
export const columnSequence = (step: PgStep, table: string, column: string, isIdentity: boolean): string => {
  const owner = step.draft.tables.get(table) ?? emptyTable(table);
  const bare = chooseName(table, [column], 'seq', isNameTaken(step.draft, owner, 'index'));
  const name = qualify(unqualify(table).schema, bare);
  step.draft.catalogue.sequences.set(name, { owner: { table, column }, isIdentity });
  return name;
};

/** Gives a new serial or identity column its sequence. */
export const addSequence = (step: PgStep, table: string, definition: Body, column: Column): void => {
  const type = childOf(definition, 'typeName');
  const isIdentity = nodesOf(definition, 'constraints').some(({ body }) => textOf(body, 'contype') === 'CONSTR_IDENTITY');
  if (!isIdentity && !(type && isSerial(type))) return;
  const name = columnSequence(step, table, column.name, isIdentity);
  if (!isIdentity)
    step.draft.tables.get(table)?.columns.set(column.name, { ...column, needs: [...(column.needs ?? []), `sequence ${name}`] });
};

const ownerIn = (step: PgStep, body: Body): { table: string; column: string } | null | undefined => {
  const option = nodesOf(body, 'options').find(({ body: element }) => textOf(element, 'defname') === 'owned_by');
  if (!option) return undefined;
  const parts = nameParts(option.body['arg']);
  if (parts.length < 2) return null;
  return { table: nameOf(step, parts.slice(0, -1), (candidate) => relationExists(step, candidate)), column: parts.at(-1) ?? '' };
};

export const createSequence = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'sequence');
  if (!range || textOf(range, 'relpersistence') === 't') return;
  const name = newRelation(step, range);
  if (isTrue(body, 'if_not_exists') && isRelationName(step.draft, name)) return;
  if (refuseTaken(step, name)) return;
  step.draft.dropped.delete(`sequence ${name}`);
  step.draft.catalogue.sequences.set(name, { owner: ownerIn(step, body) ?? null, isIdentity: false });
};

/** ALTER SEQUENCE … OWNED BY; its other options change nothing that statements meet. */
export const alterSequence = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'sequence');
  if (!range) return;
  const { sequences } = step.draft.catalogue;
  const name = sequenceOf(step, range);
  const known = sequences.get(name);
  const owner = ownerIn(step, body);
  if (!known) {
    if (!isTrue(body, 'missing_ok'))
      refuse(step, `relation "${name}" does not exist`, step.draft.dropped.has(`sequence ${name}`) && !isDoubtful(step, name));
    return;
  }
  if (owner === undefined) return;
  if (known.isIdentity && refuse(step, 'cannot change ownership of identity sequence', true)) return;
  if (owner !== null && step.draft.tables.get(owner.table)?.columns.has(owner.column) === false) {
    if (refuse(step, `column "${owner.column}" of relation "${owner.table}" does not exist`, !isDoubtful(step, owner.table))) return;
  }
  const isApart = owner !== null && unqualify(owner.table).schema !== unqualify(name).schema;
  if (isApart && refuse(step, 'sequence must be in same schema as table it is linked to', !isDoubtful(step, owner.table))) return;
  sequences.set(name, { ...known, owner });
};

/** The sequence that a RangeVar means. */
export const sequenceOf = (step: PgStep, range: Body): string =>
  nameOf(
    step,
    [textOf(range, 'schemaname') ?? '', textOf(range, 'relname') ?? ''].filter((part) => part !== ''),
    (candidate) => step.draft.catalogue.sequences.has(candidate),
  );

/** Gives a sequence another name; defaults that draw from it follow. */
export const moveSequence = (step: PgStep, from: string, to: string): void => {
  const { sequences } = step.draft.catalogue;
  const known = sequences.get(from);
  if (!known) return;
  sequences.delete(from);
  sequences.set(to, known);
  renameNeed(step.draft, `sequence ${from}`, `sequence ${to}`);
};
