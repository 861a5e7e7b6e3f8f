/**
 * The removal report as Markdown, ready to be the body of a pull request or an issue: what can go and what to do first, one
 * table, then each flag folded away. Input: the model. Output: text of at most 60,000 characters (GitHub takes 65,536);
 * what does not fit is counted. Everything from the repository is escaped for where it stands.
 */
import { markdownCode, markdownFence, markdownMessage, markdownText, visible } from './escape.ts';
import { branchName } from './finding.ts';
import type { FlagRemoval, OrphanedObject, RemovalReport, SchemaPlan, TimelineStage } from './removal-model.ts';
import { nameOf } from './removal-timeline.ts';
import {
  beginningOf,
  contextText,
  dateOf,
  headline,
  linesOf,
  restText,
  servesText,
  sinceText,
  sizeText,
  spanText,
  stageNames,
  stateText,
  statusNames,
  takings,
} from './removal-words.ts';
import { plural } from './words.ts';

const limit = 60_000;
const rowsShown = 50;
const placesShown = 20;

/** The whole report. */
export function renderRemovalMarkdown(report: RemovalReport): string {
  const head = [
    '# Flags to remove',
    '',
    `**${markdownText(headline(report))}** ${markdownText(takings(report))}`,
    ...start(report),
    '',
    `As of ${markdownText(report.now.slice(0, 10))}, with a soak of ${plural(report.soakDays, 'day')}. ${markdownText(restText(report.summary))}`,
    ...table(report.flags),
  ].join('\n');
  const sections = [...report.flags.map(section), ...report.objects.map(objectSection), ...unknownKeys(report)];
  return `${asManyAsFit(head, sections)}\n`;
}

function start(report: RemovalReport): string[] {
  const first = beginningOf(report);
  if (first === null) return [];
  const { name, text, code } = first;
  const shown = code === null ? [] : ['', markdownFence(code.text, code.language)];
  return ['', `**Begin with ${markdownCode(name)}.** ${markdownMessage(text)}`, ...shown];
}

function asManyAsFit(head: string, sections: readonly string[]): string {
  const kept = [head];
  let size = head.length;
  for (const [index, one] of sections.entries()) {
    size += one.length + 2;
    if (size > limit) {
      kept.push(`… and ${sections.length - index} more: \`dropgate report --format html=report.html\` shows all.`);
      break;
    }
    kept.push(one);
  }
  return kept.join('\n\n');
}

function table(flags: readonly FlagRemoval[]): string[] {
  if (flags.length === 0) return [];
  const rows = flags.slice(0, rowsShown).map((flag) => {
    const objects = flag.objects.slice(0, 3).map((object) => markdownCode(nameOf(object)));
    const cells = [
      markdownCode(flag.key),
      flag.ready ? `**${flag.kind}**` : flag.kind,
      flag.value === null ? '' : markdownText(branchName(flag.value)),
      flag.heldDays === null ? '' : `${flag.heldDays} d`,
      flag.kind === 'orphaned' ? '' : String(linesOf(flag)),
      [...objects, ...(flag.objects.length > 3 ? [`+${flag.objects.length - 3}`] : [])].join(' '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const more = flags.length > rowsShown ? ['', `… and ${flags.length - rowsShown} more.`] : [];
  return ['', '| flag | kind | everybody gets | for | lines | then these objects |', '|---|---|---|--:|--:|---|', ...rows, ...more];
}

/** Inside a tag Markdown is not read: only HTML has to be escaped, and what GitHub links by itself. */
const htmlText = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[@#]/g, '$&\u200b')
    .replaceAll('://', ':\u200b//')
    .replaceAll(/\bwww\./gi, (match) => `${match.slice(0, 3)}\u200b.`);

const folded = (title: string, label: string, lines: readonly string[]): string =>
  [`<details><summary><code>${htmlText(title)}</code> · ${htmlText(label)}</summary>`, '', ...lines, '', '</details>'].join('\n');

function section(flag: FlagRemoval): string {
  const lines = [
    `- **State:** ${markdownText(stateText(flag))}${flag.state === null ? '' : ` (${place(flag.state)})`}`,
    ...list(
      'Held up because',
      flag.blockers.map(({ text }) => markdownMessage(text)),
    ),
    ...list('Evaluated at', flag.evaluations.map(place)),
    ...list(
      'Branches to delete',
      flag.branches.map((branch) => `${range(branch)} (runs when the flag is ${markdownText(branch.runs)})`),
    ),
    ...code(flag),
    ...list(
      'Objects that become dead',
      flag.objects.map((object) => `${object.kind} ${markdownCode(nameOf(object))}`),
    ),
    ...list(
      'Mind',
      flag.notes.map(({ text }) => markdownMessage(text)),
    ),
    ...list('Not proven', flag.unproven.map(markdownMessage)),
    ...environments(flag),
    ...timeline(flag.timeline),
    ...contract(flag),
    ...releases(flag, flag.kind === 'blocked'),
  ];
  return folded(flag.key, `${flag.kind}, ${stateText(flag)}`, lines);
}

function code({ removal, files, branchLines }: FlagRemoval): string[] {
  if (removal === null) return branchLines === 0 ? [] : [`- **Goes:** ${sizeText({ removal, files, branchLines })}`];
  const { linesRemoved, linesAdded, deletedFiles, left } = removal;
  const said = `${plural(linesRemoved, 'line')} removed and ${linesAdded} added in ${plural(removal.files, 'file')}${deletedFiles === 0 ? '' : `, ${plural(deletedFiles, 'file')} deleted`}`;
  return [
    `- **Goes:** ${said}`,
    ...list(
      'Left to do by hand',
      left.map(({ location, reason }) => `${place(location)}: ${markdownMessage(reason)}`),
    ),
  ];
}

function environments({ environments: all, lastEvaluated }: FlagRemoval): string[] {
  const named = all.filter(({ environment }) => environment !== '');
  const counts = lastEvaluated.map(({ value, at }) => `${markdownText(value)} ${markdownText(at.slice(0, 10))}`).join(', ');
  const last = counts === '' ? [] : ['', `Last evaluated: ${counts}.`];
  if (named.length === 0) return last;
  const rows = named.map((one) => {
    const when = one.since === null ? '' : `${dateOf(one.since)}${one.sinceFrom === null ? '' : `, ${sinceText(one.sinceFrom)}`}`;
    const why = [...one.blockers, ...one.contexts.map(contextText)].join('; ');
    const name = `${markdownText(one.environment)}${one.isProduction === true && !/prod/i.test(one.environment) ? ' (production)' : ''}`;
    return `| ${[name, markdownText(servesText(one)), markdownText(when), markdownText(why), one.location === null ? '' : place(one.location)].join(' | ')} |`;
  });
  return ['', '| environment | serves | since | notes | where |', '|---|---|---|---|---|', ...rows, ...last];
}

function timeline(stages: readonly TimelineStage[]): string[] {
  const rows = stages
    .filter(({ status }) => status !== 'none')
    .map((one) => {
      const status = one.status === 'now' ? '**now**' : statusNames[one.status];
      const where = one.location === null ? '' : ` (${place(one.location)})`;
      return `| ${stageNames[one.stage]} | ${status} | ${markdownText(spanText(one) ?? '')} | ${markdownMessage(one.text)}${where} |`;
    });
  return rows.length === 0 ? [] : ['', '| stage | | when | |', '|---|---|---|---|', ...rows];
}

function contract({ contract: statements, byHand, verification }: SchemaPlan): string[] {
  const drops = statements.map(({ sql }) => sql).join('\n');
  const queries = verification.map(({ title, expect, needs, sql }) => {
    const need = needs === null ? '' : `; needs ${needs}`;
    return `-- ${visible(title)}: ${visible(expect)}${visible(need)}\n${sql}`;
  });
  return [
    ...list(
      'To be dropped by hand',
      byHand.map(({ object, reason }) => `${object.kind} ${markdownCode(nameOf(object))}: ${markdownMessage(reason)}`),
    ),
    ...(drops === '' ? [] : ['', 'The contract, for a later change:', '', markdownFence(drops, 'sql')]),
    ...(queries.length === 0 ? [] : ['', 'Before it, these show whether anyone is left:', '', markdownFence(queries.join('\n\n'), 'sql')]),
  ];
}

function releases({ releases: steps }: SchemaPlan, isBlocked = false): string[] {
  if (steps.length === 0) return [];
  const shown = steps.map(({ text, state, statements }, index) => {
    const done = state === 'done' ? ' (done)' : state === 'next' ? ' **(next)**' : '';
    const sql = statements.length > 0 && steps[index]?.kind !== 'contract' ? `: ${statements.map(markdownCode).join(' ')}` : '';
    return `${index + (isBlocked ? 2 : 1)}. ${markdownMessage(text)}${sql}${done}`;
  });
  return ['', 'Order of releases:', '', ...(isBlocked ? ['1. Settle what holds it up **(next)**'] : []), ...shown];
}

function objectSection({ object, replacedBy, read, made, unproven, timeline: stages, ...plan }: OrphanedObject): string {
  const lines = [
    `- **Replaced by:** ${markdownCode(nameOf(replacedBy))}, read at ${place(read)}`,
    `- **Made at:** ${place(made)}`,
    ...list('Not proven', unproven.map(markdownMessage)),
    ...timeline(stages),
    ...contract(plan),
    ...releases(plan),
  ];
  return folded(nameOf(object), `legacy ${object.kind}, nothing uses it any more`, lines);
}

function unknownKeys({ unknownKeys: places }: RemovalReport): string[] {
  if (places.length === 0) return [];
  return [
    folded(
      '?',
      `${plural(places.length, 'evaluation')} with a key that is not known before the program runs`,
      shortList(places.map(place), '- '),
    ),
  ];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`- **${title}:**`, ...shortList(items, '  - ')];
}

function shortList(items: readonly string[], bullet: string): string[] {
  const shown = items.slice(0, placesShown).map((item) => `${bullet}${item}`);
  return items.length > placesShown ? [...shown, `${bullet}… and ${items.length - placesShown} more`] : shown;
}

type Place = { readonly file: string; readonly line: number; readonly endLine: number };

const place = ({ file, line }: Place): string => markdownCode(`${file}:${line}`);

const range = ({ file, line, endLine }: Place): string => markdownCode(endLine > line ? `${file}:${line}–${endLine}` : `${file}:${line}`);
