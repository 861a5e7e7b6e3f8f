/**
 * What `dropgate why` prints: the story of a table, a column or a flag, for people or as JSON.
 * Input: a Story. Output: text. Everything that comes from the repository is made visible before it is printed.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { FlagState, Guard } from '../flags/types.ts';
import type { FlagStory, ObjectStory, Story, StoryUse } from '../link/story.ts';
import type { Location } from '../parse/span.ts';
import { visible } from './escape.ts';
import { branchName } from './finding.ts';
import { toolVersion } from './version.ts';

/** For people at a terminal. */
export function renderStory(story: Story): string {
  const blocks = [...story.objects.map(objectBlock), ...story.flags.map(flagBlock)];
  const unread = story.unresolved.map((u) => `  ${place(u.location)}  ${u.reason}`);
  if (unread.length > 0) blocks.push(['not analysed, and could matter', ...unread].join('\n'));
  return `${visibleLines(blocks.join('\n\n'))}\n`;
}

const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n');
const place = ({ file, line, column }: Location): string => `${file}:${line}:${column}`;

function objectBlock({ object, column, stage, events, uses, dependents, transitions }: ObjectStory): string {
  const name = object.table === null || object.table === object.name ? object.name : `${object.table}.${object.name}`;
  const definition = column
    ? [column.type, column.nullable ? 'nullable' : 'NOT NULL', ...(column.default === null ? [] : [`default ${column.default}`])]
    : [object.kind];
  const lines = [`${name} · ${definition.join(', ')} · ${stage}`];
  for (const { what, detail, location } of events)
    lines.push(`  ${what.padEnd(11)} ${place(location)}${detail === '' ? '' : `  ${detail}`}`);
  for (const { legacy, fresh, by } of transitions) {
    const isLegacy = legacy.table === object.table && legacy.column === object.name;
    const other = isLegacy ? fresh : legacy;
    lines.push(
      `  ${isLegacy ? 'becomes' : 'replaces'}     ${other.table}.${other.column}, by ${by === 'config' ? 'the config' : by === 'backfill' ? 'a backfill' : 'branches of one flag'}`,
    );
  }
  for (const dependent of dependents) lines.push(`  used by     ${dependent.kind} ${dependent.name}  ${place(dependent.location)}`);
  for (const [title, some] of groups(uses)) lines.push(`  ${title}`, ...some.map(useLine));
  if (uses.length === 0) lines.push('  no code uses it');
  return lines.join('\n');
}

const isUnasked = ({ access }: StoryUse): boolean => access.how === 'implicit';

function groups(uses: readonly StoryUse[]): readonly (readonly [string, readonly StoryUse[]])[] {
  const named = uses.filter((u) => !isUnasked(u));
  const all: readonly (readonly [string, readonly StoryUse[]])[] = [
    ['read', named.filter((u) => u.access.kind === 'read')],
    ['written', named.filter((u) => u.access.kind === 'write')],
    ['sent unasked', uses.filter(isUnasked)],
  ];
  return all.filter(([, some]) => some.length > 0);
}

const when = { base: 'at base only', head: 'new at head', both: '' } as const;

function useLine({ revisions, access }: StoryUse): string {
  const parts = [
    access.operation,
    `in ${access.scope.slice(access.scope.indexOf(' ') + 1)}`,
    when[revisions],
    access.confidence === 'high' ? '' : `${access.confidence} confidence`,
    access.transaction ? `in the transaction at ${access.transaction.file}:${access.transaction.line}` : '',
    ...access.guards.map(guardText),
    ...entriesOf(access),
  ];
  return `    ${place(access.location)}  ${parts.filter((part) => part !== '').join(', ')}`;
}

const guardText = (guard: Guard): string => {
  const via = guard.via ? ` (by its call at ${guard.via.file}:${guard.via.line})` : '';
  return `where \`${guard.flag}\` is ${guard.equal ? '' : 'not '}${branchName(guard.value)}${via}`;
};

/** Entry points listed before the rest are counted. */
const ENTRIES_SHOWN = 2;

function entriesOf({ entries = [] }: SchemaAccess): string[] {
  const known = [...new Set(entries.filter((e) => e.kind !== 'unknown').map((e) => `${e.kind} ${e.name}`))];
  const more = known.length > ENTRIES_SHOWN ? ` and ${known.length - ENTRIES_SHOWN} more` : '';
  return known.length === 0 ? [] : [`reached by ${known.slice(0, ENTRIES_SHOWN).join(', ')}${more}`];
}

function flagBlock({ key, state, evaluations, branches }: FlagStory): string {
  const lines = [`flag ${key} · ${state ? stateText(state) : 'state unknown'}`];
  if (state?.location) lines.push(`  state       ${place(state.location)}`);
  for (const e of evaluations) lines.push(`  evaluated   ${place(e.location)}  ${e.sdk}`);
  for (const b of branches) lines.push(`  branch      ${place(b.location)}  runs ${guardText(b.guard)}`);
  if (evaluations.length === 0) lines.push('  no code evaluates it');
  return lines.join('\n');
}

function stateText(state: FlagState): string {
  if (state.archived) return 'archived';
  const share =
    state.everyone !== null
      ? `${branchName(state.everyone)} for everyone`
      : state.percentage === null
        ? 'state unknown'
        : `at ${state.percentage} %`;
  return [share, state.by === null ? '' : `by ${state.by}`, state.since === null ? '' : `since ${state.since}`]
    .filter((part) => part !== '')
    .join(', ');
}

/** The JSON form, documented in docs/json.md. */
export function renderStoryJson(story: Story): string {
  const { subject, base, head, objects, flags, unresolved } = story;
  const document = {
    version: 1,
    tool: { name: 'dropgate', version: toolVersion() },
    subject,
    base,
    head,
    objects: objects.map(({ database, object, column, stage, events, uses, dependents, transitions }) => ({
      database,
      object,
      type: column?.type ?? null,
      stage,
      events: events.map(({ what, detail, location }) => ({ what, detail, ...at(location) })),
      uses: uses.map(({ revisions, access }) => ({
        revision: revisions,
        kind: access.kind,
        how: access.how,
        confidence: access.confidence,
        operation: access.operation,
        scope: access.scope,
        ...at(access.location),
        transaction: access.transaction ? at(access.transaction) : null,
        guards: access.guards.map(({ flag, value, equal, evaluation, via }) => ({
          flag,
          value,
          equal,
          evaluation: at(evaluation.location),
          ...(via ? { via: at(via) } : {}),
        })),
        entries: (access.entries ?? []).map(({ kind, framework, name, location }) => ({ kind, framework, name, ...at(location) })),
      })),
      dependents: dependents.map(({ kind, name, location }) => ({ kind, name, ...at(location) })),
      transitions: transitions.map(({ legacy, fresh, by }) => ({ legacy, fresh, by })),
    })),
    flags: flags.map(({ key, state, evaluations, branches }) => ({
      key,
      state,
      evaluations: evaluations.map((e) => ({ sdk: e.sdk, ...at(e.location) })),
      branches: branches.map((b) => ({ value: b.guard.value, equal: b.guard.equal, ...at(b.location) })),
    })),
    unresolved: unresolved.map(({ location, reason, tables }) => ({ ...at(location), reason, tables })),
  };
  return `${JSON.stringify(document, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value), 2)}\n`;
}

const at = ({ file, line, column }: Location) => ({ file, line, column });
