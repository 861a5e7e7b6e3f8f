/**
 * ATTACH PARTITION: the condition that its bounds ask of the rows, and whether a valid CHECK says it already, so that
 * PostgreSQL need not read them; ATTACH of an index to its parent. Bounds of several columns, of a hash, or of anything but constants are left out.
 */
import { type Body, childOf, EMPTY, isBody, isTrue, listOf, literalOf, nodeOf, numberOf, textOf, untag } from '../../parse/sql/ast.ts';
import { type DraftTable, ownerOf } from '../draft.ts';
import { unqualify } from '../names.ts';
import { type PgStep, refuse } from '../step.ts';
import { quoteName } from './type-names.ts';

const constantOf = (value: unknown): string | null => {
  const text = literalOf(value);
  if (text !== null) return `'${text.replaceAll("'", "''")}'`;
  const node = untag(value);
  const integer = node?.type === 'A_Const' ? childOf(node.body, 'ival') : null;
  return integer ? String(numberOf(integer, 'ival')) : null;
};

/** MINVALUE and MAXVALUE ask nothing. */
const isOpen = (value: unknown): boolean => {
  const node = untag(value);
  const [name] = node?.type === 'ColumnRef' ? listOf(node.body, 'fields') : [];
  return /^(?:minvalue|maxvalue)$/.test(textOf(untag(name)?.body ?? EMPTY, 'sval') ?? '');
};

const side = (column: string, sign: string, values: readonly unknown[]): string | null => {
  if (values.length !== 1) return null;
  if (isOpen(values[0])) return '';
  const constant = constantOf(values[0]);
  return constant === null ? null : `${column} ${sign} ${constant}`;
};

/** Conditions that all have to hold for a row to fit; null where the bounds do not say them. */
export const boundConditions = (step: PgStep, parent: string, command: Body): readonly string[] | null => {
  const bound = childOf(nodeOf(command, 'def')?.body ?? EMPTY, 'bound');
  const key = step.draft.catalogue.partitioned.get(parent) ?? [];
  const [first] = key;
  if (!bound || !isBody(bound) || first === undefined || key.length !== 1 || isTrue(bound, 'is_default')) return null;
  const column = quoteName(first);
  const list = listOf(bound, 'listdatums').map(constantOf);
  if (list.length > 0) return list.includes(null) ? null : [`${column} IS NOT NULL`, `${column} IN (${list.join(', ')})`];
  const [low, high] = [side(column, '>=', listOf(bound, 'lowerdatums')), side(column, '<', listOf(bound, 'upperdatums'))];
  if (low === null || high === null) return null;
  return [`${column} IS NOT NULL`, ...[low, high].filter((part) => part !== '')];
};

const plain = (text: string): string =>
  text
    .replace(/::[a-z ]+/gi, '')
    .replace(/[\s()"]/g, '')
    .toLowerCase();

/** Whether valid CHECKs (and NOT NULL) of a table say all of the conditions. */
export const isProven = (table: DraftTable, conditions: readonly string[]): boolean => {
  const known = new Set<string>();
  for (const constraint of table.constraints.values()) {
    if (constraint.kind !== 'check' || !constraint.validated || /\bOR\b/i.test(constraint.expression ?? '')) continue;
    for (const part of (constraint.expression ?? '').split(/\bAND\b/i)) known.add(plain(part));
  }
  for (const column of table.columns.values()) if (!column.nullable) known.add(plain(`${column.name} IS NOT NULL`));
  return conditions.every((condition) => known.has(plain(condition)));
};

/** ALTER INDEX … ATTACH PARTITION. */
export const attachIndex = (step: PgStep, range: Body, commands: readonly unknown[]): void => {
  for (const item of commands) {
    const command = untag(item)?.body;
    const definition = command ? nodeOf(command, 'def')?.body : undefined;
    const child = definition ? childOf(definition, 'name') : null;
    if (!command || textOf(command, 'subtype') !== 'AT_AttachPartition' || !child) continue;
    const [upper, lower] = [textOf(range, 'relname') ?? '', textOf(child, 'relname') ?? ''];
    const [owner, part] = [ownerOf(step.draft, 'indexes', upper), ownerOf(step.draft, 'indexes', lower)];
    if (owner && part)
      step.draft.catalogue.indexParents.set(`${part.name}.${unqualify(lower).bare}`, `${owner.name}.${unqualify(upper).bare}`);
    else refuse(step, `relation "${owner ? lower : upper}" does not exist`, false);
  }
};
