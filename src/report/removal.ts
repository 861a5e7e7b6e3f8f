/**
 * The removal report: for each flag that has served everybody one value for long enough, what goes, in which order.
 * Input: facts that `run` has linked. Output: Markdown or JSON. Pure but for loading the SQL writer.
 */
import type { Branch, Evaluation, FlagState, FlagValue, SinceFrom } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';
import type { SchemaObject } from '../schema/types.ts';
import { loadContractWriter } from './contract.ts';
import { markdownCode, markdownFence, markdownText, visible } from './escape.ts';
import { branchName } from './finding.ts';
import { subjectName } from './finish.ts';
import { toolVersion } from './version.ts';

/** One flag that is due. */
export interface StaleFlag {
  readonly state: FlagState;
  /** The value everybody is served: the side that stays. */
  readonly value: FlagValue;
  readonly evaluations: readonly Evaluation[];
  /** The losing branches. */
  readonly branches: readonly Branch[];
  /** Objects that nothing uses once those branches are gone. */
  readonly objects: readonly SchemaObject[];
  /** What could not be proven, in plain words. */
  readonly unproven: readonly string[];
}

export interface RemovalFacts {
  readonly head: string;
  /** ISO instant the report was made for. */
  readonly now: string;
  readonly soakDays: number;
  readonly flags: readonly StaleFlag[];
}

/** The JSON form, documented in docs/json.md. */
export interface RemovalReport {
  readonly version: 1;
  readonly tool: { readonly name: 'dropgate'; readonly version: string };
  readonly head: string;
  readonly now: string;
  readonly soakDays: number;
  readonly flags: readonly Removal[];
}

export interface Removal {
  readonly key: string;
  readonly value: FlagValue;
  readonly percentage: number | null;
  readonly since: string | null;
  readonly sinceFrom: FlagState['sinceFrom'];
  readonly state: Location | null;
  readonly evaluations: readonly Location[];
  readonly branches: readonly Location[];
  readonly objects: readonly SchemaObject[];
  /** One statement per object that can be dropped by one; for a later change than the removal of the branches. */
  readonly contract: readonly string[];
  readonly releases: readonly string[];
  readonly unproven: readonly string[];
}

export async function removalReport(facts: RemovalFacts): Promise<RemovalReport> {
  const drop = await loadContractWriter();
  const { head, now, soakDays } = facts;
  const flags = facts.flags.map((flag) => removalOf(flag, drop));
  return { version: 1, tool: { name: 'dropgate', version: toolVersion() }, head, now, soakDays, flags };
}

function removalOf(flag: StaleFlag, drop: (object: SchemaObject) => string | null): Removal {
  const { key, percentage, since, sinceFrom, location } = flag.state;
  const contract = flag.objects.map(drop);
  const byHand = flag.objects.filter((_, index) => contract[index] === null);
  return {
    key,
    value: flag.value,
    percentage,
    since,
    sinceFrom,
    state: location,
    evaluations: flag.evaluations.map((evaluation) => evaluation.location),
    branches: flag.branches.map((branch) => branch.location),
    objects: flag.objects,
    contract: contract.filter((statement) => statement !== null),
    releases: releases(flag),
    unproven: [
      ...flag.unproven,
      ...byHand.map((object) => `the drop of ${object.kind} \`${subjectName(subjectOf(object))}\` is to be written by hand`),
    ],
  };
}

function releases({ state, objects }: StaleFlag): string[] {
  const removal = `Remove the flag \`${state.key}\` and its losing branches from the code; keep writing both sides.`;
  const archive = `Once that is deployed, archive the flag \`${state.key}\`.`;
  if (objects.length === 0) return [removal, archive];
  return [
    removal,
    `${archive} In a next release, drop NOT NULL where a legacy column has it and no default, and end the legacy writes.`,
    'In a later change of its own, run the contract migration.',
  ];
}

const subjectOf = ({ kind, table, name }: SchemaObject) => (table === null ? { kind, name } : { kind, table, name });

export const renderRemovalJson = (report: RemovalReport): string => `${JSON.stringify(report, null, 2)}\n`;

export function renderRemovalMarkdown(report: RemovalReport): string {
  const { flags, now, soakDays } = report;
  const head = `# Flags to remove\n\nAs of ${markdownText(now)}; a flag is due when everybody has been served one value for ${soakDays} days.\n`;
  if (flags.length === 0) return `${head}\nNone.\n`;
  return `${head}\n${flags.map(section).join('\n\n')}\n`;
}

function section(flag: Removal): string {
  const lines = [
    `## ${markdownCode(flag.key)}`,
    '',
    `- **State:** ${markdownText(stateText(flag))}${flag.state === null ? '' : ` (${place(flag.state)})`}`,
  ];
  lines.push(...list('Evaluated at', flag.evaluations.map(place)));
  lines.push(...list('Branches to delete', flag.branches.map(range)));
  lines.push(
    ...list(
      'Objects that become dead',
      flag.objects.map((object) => `${object.kind} ${markdownCode(subjectName(subjectOf(object)))}`),
    ),
  );
  lines.push(
    ...list(
      'Not proven',
      flag.unproven.map((text) => markdownProse(text)),
    ),
  );
  if (flag.contract.length > 0) {
    lines.push('', 'The contract, for a later change:', '', markdownFence(flag.contract.join('\n'), 'sql'));
  }
  lines.push('', 'Order of releases:', '', ...flag.releases.map((step, index) => `${index + 1}. ${markdownProse(step)}`));
  return lines.join('\n');
}

function stateText({ value, percentage, since, sinceFrom }: Removal): string {
  const share = percentage === null ? '' : ` (${percentage} %)`;
  if (since === null) return `${branchName(value)} for everybody${share}, since an unknown date`;
  const date = visible(since.slice(0, 10));
  const known: Record<SinceFrom, string> = {
    file: 'the flag file says so',
    git: 'from git',
    'git-lower-bound': 'at least: the first commit of the file',
    audit: 'from the provider’s log',
    modified: 'at least: the provider’s last change of it',
    snapshot: 'at least: the first snapshot that saw it',
  };
  return `${branchName(value)} for everybody${share} since ${date}${sinceFrom === null ? '' : `, ${known[sinceFrom]}`}`;
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`- **${title}:**`, ...items.map((item) => `  - ${item}`)];
}

const place = ({ file, line }: Location): string => markdownCode(`${file}:${line}`);

const range = ({ file, line, endLine }: Location): string =>
  markdownCode(endLine > line ? `${file}:${line}–${endLine}` : `${file}:${line}`);

/** Sentences of ours with names between backticks. A key may hold a backtick itself, so names are taken to the last one. */
const markdownProse = (text: string): string =>
  text.replace(
    /^([^`]*)(?:`(.*)`)?([^`]*)$/s,
    (_, before: string, name: string | undefined, after: string) =>
      `${markdownText(before)}${name === undefined ? '' : markdownCode(name)}${markdownText(after)}`,
  );
