/**
 * The sentences of the removal report that Markdown and HTML share. Names stand between backticks; nothing here is escaped:
 * each format sends what it gets from here through its own escape.
 */
import type { FlagValue, SinceFrom } from '../flags/types.ts';
import { visible } from './escape.ts';
import { branchName } from './finding.ts';
import type { EnvironmentLine, FlagRemoval, RemovalReport, RemovalSummary, TimelineName, TimelineStage } from './removal-model.ts';
import { nameOf } from './removal-timeline.ts';
import { plural, removalCommand } from './words.ts';

/** `12 flags can go today.` */
export function headline({ summary, objects }: RemovalReport): string {
  if (summary.ready > 0) return `${many(summary.ready, 'flag')} can go today.`;
  if (summary.blocked + summary.orphaned + summary.dead > 0) return 'No flag can go today.';
  return objects.length > 0 ? 'No flag is left to remove; some of the schema is.' : 'Nothing to remove.';
}

/** What goes with them, or what stands in the way. */
export function takings({ summary, objects, soakDays }: RemovalReport): string {
  if (summary.ready > 0) {
    const them = summary.ready === 1 ? 'it' : 'them';
    return `With ${them} ${linesOf(summary) === 1 && summary.objects === 0 ? 'goes' : 'go'} ${sizeText(summary)}${summary.objects === 0 ? '' : ` and, in a later change, ${many(summary.objects, 'database object')}`}.`;
  }
  const undecided = summary.dead;
  const parts = [
    summary.blocked > 0 ? `${plural(summary.blocked, 'flag')} ${isOrAre(summary.blocked)} held up` : '',
    undecided > 0 ? `${undecided} ${isOrAre(undecided)} dead, but which value stays has to be said` : '',
    summary.orphaned > 0 ? `${plural(summary.orphaned, 'flag')} ${isOrAre(summary.orphaned)} evaluated nowhere` : '',
    objects.length > 0 ? `${plural(objects.length, 'legacy column')} ${isOrAre(objects.length)} used by nothing` : '',
  ].filter((part) => part !== '');
  if (parts.length > 0) return `${sentence(parts.join('; '))}`;
  return `No flag has served everybody one value for ${plural(soakDays, 'day')}, and none is dead.`;
}

const isOrAre = (count: number): string => (count === 1 ? 'is' : 'are');

/** Lines that go: as measured, else those of the losing branches. */
export const linesOf = ({ removal, branchLines }: { readonly removal: RemovalSummary['removal']; readonly branchLines: number }): number =>
  removal?.linesRemoved ?? branchLines;

/** `418 lines in 37 files`; `no branch, 3 files ask` for flags that decide nothing. */
export function sizeText(size: Pick<RemovalSummary, 'removal' | 'branchLines' | 'files'>): string {
  return `${many(linesOf(size), 'line')}${size.removal === null ? ' of losing branches' : ''} in ${many(size.files, 'file')}`;
}

/** `3,580 lines` */
export const many = (count: number, noun: string): string => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** What was looked at besides, so that an empty report is not taken for a clean house. */
export function restText({ live, unknown, permanent, unanalysed }: RemovalSummary): string {
  const ofThem = unknown === 0 ? '' : unknown === live ? ', as no state is known' : `, ${unknown} of them because no state is known`;
  const parts = [
    live === 0 ? 'no other flag is evaluated' : `${many(live, 'flag')} ${isOrAre(live)} not due${ofThem}`,
    permanent > 0 ? `${permanent} ${isOrAre(permanent)} meant to stay` : '',
    unanalysed > 0 ? `${plural(unanalysed, 'part')} of code or migrations could not be read, and may use flags too` : '',
  ];
  return sentence(parts.filter((part) => part !== '').join('; '));
}

const since: Record<SinceFrom, string> = {
  file: 'the flag file says so',
  git: 'from git',
  'git-lower-bound': 'at least: the first commit of the file',
  audit: 'from the provider’s log',
  modified: 'at least: the provider’s last change of it',
  snapshot: 'at least: the first snapshot that saw it',
};

/** How a date is known. */
export const sinceText = (from: SinceFrom | null): string => (from === null ? '' : since[from]);

/** `2026-01-15`; nothing the repository wrote is trusted to be a date. */
export const dateOf = (instant: string | null): string | null => (instant === null ? null : visible(instant.slice(0, 10)));

const gone = {
  archived: 'archived',
  unknown: 'unknown to its provider',
  unevaluated: 'evaluated nowhere',
} as const;

/** `on for everybody since 2026-01-15, from git`. */
export function stateText({ because, value, percentage, since: instant, sinceFrom }: FlagRemoval): string {
  if (because !== null && because !== 'off') {
    const served =
      value === null ? '' : because === 'unevaluated' ? `; ${branchName(value)} for everybody` : `; code is served ${branchName(value)}`;
    const share = value === null && percentage !== null ? `; at ${percentage} %` : '';
    return `${gone[because]}${served}${share}`;
  }
  const isImplied = percentage === null || (value === true && percentage === 100) || (value === false && percentage === 0);
  const share = isImplied ? '' : ` (${percentage} %)`;
  const known = sinceText(sinceFrom);
  const when = instant === null ? 'an unknown date' : `${dateOf(instant)}${known === '' ? '' : `, ${known}`}`;
  return `${value === null ? 'not known what is served' : `${branchName(value)} for everybody`}${share} since ${when}`;
}

/** What one environment serves: `on`, `25 %`, `not known`. */
export function servesText({ serves, variant, percentage }: Pick<EnvironmentLine, 'serves' | 'variant' | 'percentage'>): string {
  const name = serves === null ? null : branchName(serves);
  if (name !== null) return variant === null || variant === name ? name : `${name} (${variant})`;
  return percentage === null ? 'not known' : `${percentage} %`;
}

export const contextText = ({ name, value }: { readonly name: string; readonly value: FlagValue }): string =>
  `${name}: ${branchName(value)}`;

export const stageNames: Record<TimelineName, string> = {
  expand: 'Expand',
  'dual-write': 'Dual write',
  backfill: 'Backfill',
  ramp: 'Ramp',
  hold: 'Hold',
  'clean-up': 'Clean up',
  contract: 'Contract',
};

export const statusNames: Record<TimelineStage['status'], string> = {
  done: 'done',
  now: 'now',
  ahead: 'ahead',
  unseen: 'not seen',
  none: 'nothing to do',
};

/** `2026-01-05`, `2026-01-05 to 2026-02-01`, `until 2026-02-01`, or null. */
export function spanText({ from, to }: Pick<TimelineStage, 'from' | 'to'>): string | null {
  const [start, end] = [dateOf(from), dateOf(to)];
  if (start === null) return end === null ? null : `until ${end}`;
  return end === null ? `since ${start}` : start === end ? start : `${start} to ${end}`;
}

/** What to do first. */
export interface Beginning {
  /** A flag's key, or the name of a legacy object. */
  readonly name: string;
  readonly text: string;
  readonly code: { readonly language: 'sh' | 'sql'; readonly text: string } | null;
  /** Where it stands in the report. */
  readonly at: { readonly list: 'flags' | 'objects'; readonly index: number };
}

/** What to do first: what can go, then what waits for a decision, a contract, or for what holds it up. Null: nothing. */
export function beginningOf({ flags, objects, summary }: RemovalReport): Beginning | null {
  const rank = (flag: FlagRemoval): number => (flag.key === summary.first ? 0 : flag.kind === 'dead' ? 1 : flag.kind === 'blocked' ? 3 : 4);
  const [flag] = [...flags].sort((a, b) => rank(a) - rank(b));
  const [object] = objects;
  if (object !== undefined && (flag === undefined || rank(flag) > 2)) {
    const sql = object.contract.map((statement) => statement.sql).join('\n');
    return {
      name: nameOf(object.object),
      text: `Nothing uses it any more; \`${nameOf(object.replacedBy)}\` took its place. Its contract is due, in a change of its own.`,
      code: sql === '' ? null : { language: 'sql', text: sql },
      at: { list: 'objects', index: 0 },
    };
  }
  if (flag === undefined) return null;
  const command = removeCommand(flag);
  return {
    name: flag.key,
    text: startText(flag),
    code: command === null ? null : { language: 'sh', text: command },
    at: { list: 'flags', index: flags.indexOf(flag) },
  };
}

function startText(flag: FlagRemoval): string {
  const state = sentence(stateText(flag));
  if (flag.kind === 'blocked') return `${state} What holds it up: ${flag.blockers.map(({ text }) => text).join('; ')}.`;
  if (flag.kind === 'orphaned') return 'No code here asks for it. See that no other repository does, and archive it.';
  if (!flag.ready) return `${state} Say which value stays, with \`--value\` of \`dropgate remove\`.`;
  const lines = linesOf(flag);
  const what = lines > 0 ? plural(lines, 'line') : plural(flag.evaluations.length, 'evaluation');
  const names = flag.objects.slice(0, 3).map((object) => `\`${nameOf(object)}\``);
  const more = flag.objects.length > 3 ? ` and ${flag.objects.length - 3} more` : '';
  const then = names.length === 0 ? '' : `, then ${names.join(', ')}${more}`;
  return `${state} It takes ${what} in ${plural(flag.removal?.files ?? flag.files, 'file')}${then}.`;
}

/** The command that removes a flag; null where something has to be settled first, or its key cannot be typed. */
export function removeCommand({ key, ready }: FlagRemoval): string | null {
  if (!ready || key === '' || key.length > 200 || visible(key) !== key) return null;
  return `npx ${removalCommand(key)}`;
}

/** A capital at the start, a full stop at the end. */
export const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
