/**
 * Ends the legacy write in code, one write at a time. After each edit the file is read again: the write must be gone, and every
 * other access as it was; else the edit is taken back and the write is left, with its place.
 * Input: an open repository, the objects. Output: changes that are not written yet, and what is left.
 */
import type { RowWrite, SchemaAccess } from '../../access/types.ts';
import type { Module } from '../../code/types.ts';
import { compare } from '../../discover/words.ts';
import { readHistories } from '../../extract/history.ts';
import { makeReaders } from '../../extract/readers.ts';
import type { NamedObject } from '../../extract/subject.ts';
import { usesOf } from '../../link/removals.ts';
import type { Location } from '../../parse/span.ts';
import { loadEngine } from '../../schema/engines.ts';
import type { FileChange, Left } from '../types.ts';
import { withFiles } from './overlay.ts';
import { nameOf } from './releases.ts';
import type { Asking } from './today.ts';
import { editOfWrite, offsetOf, type Replacement } from './write-edits.ts';

export interface EndedWrites {
  readonly changes: readonly FileChange[];
  /** Where a write was taken out, by the places of the text before. */
  readonly rewritten: readonly Location[];
  readonly left: readonly Left[];
}

interface FileFacts {
  readonly module: Module;
  readonly accesses: readonly SchemaAccess[];
  readonly rows: readonly RowWrite[];
  readonly problems: number;
}

/** `writes`: the writes of the objects in the work tree. */
export async function endWrites(asking: Asking, objects: readonly NamedObject[], writes: readonly SchemaAccess[]): Promise<EndedWrites> {
  const files = [...new Set(writes.map((w) => w.location.file))].sort(compare);
  const ended: { changes: FileChange[]; rewritten: Location[]; left: Left[] } = { changes: [], rewritten: [], left: [] };
  for (const file of files) await endIn(file, asking, objects, ended);
  return ended;
}

async function endIn(
  file: string,
  asking: Asking,
  objects: readonly NamedObject[],
  ended: { changes: FileChange[]; rewritten: Location[]; left: Left[] },
): Promise<void> {
  const first = await factsOf(file, null, asking);
  if (first === null) return;
  const before = first.module.text;
  let facts = first;
  // From the end to the start: places before an edit stay as they are.
  for (let limit = Number.POSITIVE_INFINITY; ; ) {
    const write = ownWrites(objects, facts)
      .filter((w) => offsetOf(facts.module.text, w.location) < limit)
      .at(-1);
    if (write === undefined) break;
    limit = offsetOf(facts.module.text, write.location);
    const result = await endOne(write, facts, asking);
    if (result.ok) {
      facts = result.facts;
      ended.rewritten.push(write.location);
    } else ended.left.push({ key: asking.key ?? nameOfWrite(write), location: write.location, reason: result.reason });
  }
  if (facts.module.text !== before) ended.changes.push({ file, before, after: facts.module.text });
  ended.left.sort(byPlace((l) => l.location));
  ended.rewritten.sort(byPlace((l) => l));
}

const byPlace =
  <T>(of: (item: T) => Location) =>
  (a: T, b: T): number =>
    compare(of(a).file, of(b).file) || of(a).line - of(b).line || of(a).column - of(b).column;

const nameOfWrite = ({ table, column }: SchemaAccess): string =>
  nameOf(column === null ? { kind: 'table', table, name: table } : { kind: 'column', table, name: column });

/** Writes of the objects that are certain, in the order of the text. */
function ownWrites(objects: readonly NamedObject[], { accesses, module }: FileFacts): SchemaAccess[] {
  const own = objects.flatMap(({ database, object }) => usesOf(database, object, accesses));
  const writes = [...new Set(own)].filter((a) => a.kind === 'write' && a.how !== 'implicit' && a.confidence !== 'low');
  return writes.sort((a, b) => offsetOf(module.text, a.location) - offsetOf(module.text, b.location));
}

type Outcome = { readonly ok: true; readonly facts: FileFacts } | { readonly ok: false; readonly reason: string };

async function endOne(write: SchemaAccess, facts: FileFacts, asking: Asking): Promise<Outcome> {
  const { module, accesses, rows } = facts;
  const edit = editOfWrite(
    module,
    write,
    accesses.filter((a) => a.kind === 'write'),
    rows,
  );
  if (!edit.ok) return edit;
  const after = await factsOf(module.path, applied(module.text, edit.replacements), asking);
  const isProven = after !== null && after.problems <= facts.problems && isExpected(write, facts, after, edit.replacements);
  return isProven ? { ok: true, facts: after } : { ok: false, reason: 'taking it out would change more than this write' };
}

/** The text with the replacements, none of which overlap. */
function applied(text: string, replacements: readonly Replacement[]): string {
  const ordered = [...replacements].sort((a, b) => b.start - a.start);
  return ordered.reduce((result, { start, end, text: by }) => result.slice(0, start) + by + result.slice(end), text);
}

/** What stood in a range that went is gone, and the rest is as it was. */
function isExpected(write: SchemaAccess, before: FileFacts, after: FileFacts, replacements: readonly Replacement[]): boolean {
  const isGone = (location: Location): boolean => {
    const at = offsetOf(before.module.text, location);
    return replacements.some(({ start, end, text }) => text === '' && start <= at && at < end);
  };
  const kept = before.accesses.filter((a) => !isGone(a.location));
  if (kept.includes(write)) return false;
  const columns = (some: readonly string[]): string =>
    some
      .filter((c) => c !== write.column)
      .sort()
      .join();
  const rowKey = (r: RowWrite): string =>
    [
      r.table,
      r.statement,
      r.operation,
      r.scope,
      r.isComplete,
      r.isPositional,
      r.table === write.table ? columns(r.columns) : r.columns.join(),
    ].join('\0');
  const rows = before.rows.filter((r) => !isGone(r.location));
  return isSameList(kept.map(keyOf), after.accesses.map(keyOf)) && isSameList(rows.map(rowKey), after.rows.map(rowKey));
}

const keyOf = (a: SchemaAccess): string =>
  [
    a.database,
    a.kind,
    a.table,
    a.column,
    a.columns?.join(),
    a.how,
    a.confidence,
    a.operation,
    a.scope,
    ...a.guards.map((g) => `${g.flag}=${g.value}${g.equal}`),
  ].join('\0');

const isSameList = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join('\u0001') === [...b].sort().join('\u0001');

/** Everything a file does with databases, as the work tree has it or with another text; null where it cannot be read. */
async function factsOf(file: string, text: string | null, { repository, config, states }: Asking): Promise<FileFacts | null> {
  const changed = text === null ? repository : withFiles(repository, new Map([[file, text]]));
  const histories = await readHistories(null, changed.head, config, loadEngine);
  const { head } = await makeReaders(
    { repository: { ...changed, base: null, deployed: [] }, config },
    histories,
    true,
    new Set(states.keys()),
  );
  const { accesses, writes, unresolved } = await head.accesses([file], null);
  const module = (await head.read([file], (found) => found)).get(file);
  return module === undefined ? null : { module, accesses, rows: writes, problems: unresolved.length + head.problems.length };
}
