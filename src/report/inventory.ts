/**
 * What `dropgate flags` prints: a table for people, Markdown, or JSON.
 * Input: an inventory. Output: text. Everything that comes from the repository or a provider is made visible or escaped.
 */
import type { InventoryReport } from '../inventory.ts';
import type { FlagEntry, FlagStage } from '../link/inventory.ts';
import type { GuardedObject } from '../link/project.ts';
import type { SchemaObject } from '../schema/types.ts';
import { markdownCode, markdownText, visible } from './escape.ts';
import { branchName } from './finding.ts';
import { toolVersion } from './version.ts';

/** Widest a cell of the table gets. */
const cellLimit = 44;

const columns = ['flag', 'stage', 'serves', 'since', 'age', 'evaluated at', 'behind it'] as const;

/** For people at a terminal. */
export function renderInventory({ flags, unknownKeys, unanalysed }: InventoryReport): string {
  const rows = [columns.map((title) => title.toUpperCase()), ...flags.map((flag) => cellsOf(flag).map(shortened))];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => [...(row[at] ?? '')].length)));
  const lines =
    flags.length === 0
      ? ['No flags: no code that could be read evaluates one, and no flag file or snapshot has any.']
      : rows.map((row) => aligned(row, widths));
  const open = unknownKeys.slice(0, 10).map(({ file, line }) => visible(`  ${file}:${line}`));
  const more = unknownKeys.length > open.length ? [`  and ${unknownKeys.length - open.length} more`] : [];
  if (unknownKeys.length > 0) lines.push('', `Evaluated with a key that is not known before it runs:`, ...open, ...more);
  return `${[...lines, '', summary(flags), ...unread(unanalysed)].join('\n')}\n`;
}

const aligned = (row: readonly string[], widths: readonly number[]): string =>
  row
    .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - [...cell].length)))
    .join('  ')
    .trimEnd();

function shortened(text: string): string {
  const characters = [...visible(text)];
  return characters.length <= cellLimit ? characters.join('') : `${characters.slice(0, cellLimit - 1).join('')}…`;
}

function cellsOf(flag: FlagEntry): string[] {
  return [
    flag.key,
    flag.stage,
    servesText(flag),
    flag.since === null ? '' : `${flag.since.slice(0, 10)}${isAtLeast(flag) ? ' or before' : ''}`,
    flag.ageDays === null ? '' : `${flag.ageDays} d`,
    placesText(flag),
    objectsText(flag),
  ];
}

const isAtLeast = ({ sinceFrom }: FlagEntry): boolean =>
  sinceFrom === 'git-lower-bound' || sinceFrom === 'modified' || sinceFrom === 'snapshot';

/** What everybody is served, or why nobody can say. */
function servesText({ provider, serves, percentage, by, blockers }: FlagEntry): string {
  if (provider === null) return 'state unknown';
  const key = by === null ? '' : ` by ${by}`;
  if (serves !== null) return `${branchName(serves)} for all${key}`;
  if (percentage !== null) return `${percentage} %${key}`;
  return blockers[0] ?? 'state unknown';
}

function placesText({ evaluations: [first, ...rest] }: FlagEntry): string {
  if (first === undefined) return 'nowhere';
  const place = `${first.location.file}:${first.location.line}`;
  return rest.length === 0 ? place : `${place} +${rest.length}`;
}

/** What one side uses and the other does not; a table only where none of its columns is named. */
function objectsText({ sides: { on, off } }: FlagEntry): string {
  const own = (side: readonly GuardedObject[], other: readonly GuardedObject[]): string[] => {
    const named = new Set(side.flatMap(({ object }) => (object.kind === 'column' ? [object.table] : [])));
    const names = side.filter(({ object }) => object.kind === 'column' || !named.has(object.name)).map(({ object }) => nameOf(object));
    return names.filter((name) => !other.some(({ object }) => nameOf(object) === name));
  };
  const said = (name: string, objects: readonly string[]): string[] => (objects.length === 0 ? [] : [`${name}: ${objects.join(', ')}`]);
  return [...said('on', own(on, off)), ...said('off', own(off, on))].join(' · ');
}

const nameOf = ({ table, name }: SchemaObject): string => (table === null || table === name ? name : `${table}.${name}`);

function summary(flags: readonly FlagEntry[]): string {
  const counts = new Map<FlagStage, number>();
  for (const { stage } of flags) counts.set(stage, (counts.get(stage) ?? 0) + 1);
  const stages = [...counts].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([stage, count]) => `${count} ${stage}`);
  const places = flags.reduce((sum, { evaluations }) => sum + evaluations.length, 0);
  const total = `${flags.length} flag${flags.length === 1 ? '' : 's'}, ${places} evaluation${places === 1 ? '' : 's'}`;
  return stages.length === 0 ? total : `${total}: ${stages.join(', ')}`;
}

/** What the list may lack. */
const unread = (count: number): readonly string[] =>
  count === 0 ? [] : [`${count} not analysed, which may evaluate flags too: dropgate check --all`];

const order: readonly FlagStage[] = ['expand', 'dual-write', 'ramp', 'hold', 'clean-up', 'dead', 'permanent', 'unused', 'unknown'];

/** Ready for an issue or a wiki. */
export function renderInventoryMarkdown({ flags, now, unknownKeys, unanalysed }: InventoryReport): string {
  const head = `# Flags\n\nAs of ${markdownText(now.slice(0, 10))}: ${summary(flags)}.\n`;
  const rows = flags.map((flag) => {
    const [key = '', ...cells] = cellsOf(flag);
    return `| ${[markdownCode(key), ...cells.map(markdownText)].join(' | ')} |`;
  });
  const table = flags.length === 0 ? [] : ['', `| ${columns.join(' | ')} |`, `|${columns.map(() => '---|').join('')}`, ...rows];
  const open = unknownKeys.map(({ file, line }) => `- ${markdownCode(`${file}:${line}`)}`);
  const unknown = open.length === 0 ? [] : ['', '## Evaluated with a key that is not known', '', ...open];
  const lacking = unread(unanalysed).flatMap((line) => ['', `${line}.`]);
  return `${[head.trimEnd(), ...table, ...unknown, ...lacking].join('\n')}\n`;
}

/** The JSON form, documented in docs/json.md. */
export function renderInventoryJson({ head, now, flags, unknownKeys, unanalysed }: InventoryReport): string {
  const document = {
    version: 1,
    tool: { name: 'dropgate', version: toolVersion() },
    head,
    now,
    flags: flags.map(({ evaluations, environments, ...flag }) => ({
      ...flag,
      environments: environments.map(({ location, contexts, ...e }) => ({ ...e, contexts: Object.fromEntries(contexts), location })),
      evaluations: evaluations.map(({ sdk, keyFrom, location, context, fallback }) => ({
        sdk,
        keyFrom,
        context: context.kind,
        fallback,
        ...at(location),
      })),
    })),
    unknownKeys: unknownKeys.map(at),
    unanalysed,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const at = ({ file, line, column }: { readonly file: string; readonly line: number; readonly column: number }) => ({ file, line, column });
