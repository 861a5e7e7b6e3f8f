/** One flag, or one legacy object, on the page: a line that says what it is about, and all that is known below it. Pure. */
import { branchName } from '../finding.ts';
import type { DeadBranch, EnvironmentLine, FlagRemoval, OrphanedObject, SchemaPlan, TimelineStage } from '../removal-model.ts';
import { nameOf } from '../removal-timeline.ts';
import { contextText, linesOf, removeCommand, servesText, sinceText, stageNames, stateText, statusNames } from '../removal-words.ts';
import { plural } from '../words.ts';
import { html, type Markup, multiline, prose, shortened } from './markup.ts';
import { chip, copyable, date, dots, icon, list, place, range, span } from './parts.ts';

/** One flag. `isOpen`: unfolded from the start. */
export function flagCard(flag: FlagRemoval, anchor: string, isOpen: boolean): Markup {
  const lines = linesOf(flag);
  return html`<article class="flag" id="${anchor}" data-kind="${flag.kind}" data-held="${flag.heldDays ?? -1}" data-lines="${lines}">
<details${isOpen ? html` open` : null}><summary>
<span class="title"><h3><code>${shortened(flag.key)}</code></h3>${chip(flag.kind)}</span>
<span class="brief">${briefOf(flag)}</span>
${figures(flag, lines)}</summary>
<div class="body">
${
  flag.blockers.length > 0
    ? html`<div class="callout blocked"><h4>What holds it up</h4>${list(
        flag.blockers.map(({ text }) => prose(text)),
        'plain',
      )}</div>`
    : null
}
<h4>Where it stands</h4>${stages(flag.timeline)}
${stateBlock(flag)}
${codeBlock(flag)}
${schemaBlock(flag)}
${releases(flag, flag.kind === 'blocked')}
${notes(
  'Mind',
  flag.notes.map(({ text }) => text),
)}${notes('Not proven', flag.unproven)}
</div></details></article>`;
}

function briefOf(flag: FlagRemoval): Markup {
  if (flag.kind !== 'blocked') return html`${stateText(flag)}`;
  const [first] = flag.blockers;
  return html`${flag.value === null ? '' : branchName(flag.value)} for everybody, but ${first === undefined ? 'something forbids the removal' : prose(first.text)}`;
}

function figures({ heldDays, objects, kind, timeline }: FlagRemoval, lines: number): Markup {
  const cells = [
    heldDays === null ? noFigure : figure(heldDays, heldDays === 1 ? 'day' : 'days'),
    kind === 'orphaned' ? noFigure : figure(lines, lines === 1 ? 'line' : 'lines'),
    objects.length === 0 ? noFigure : figure(objects.length, objects.length === 1 ? 'object' : 'objects'),
  ];
  return html`<span class="figures">${dots(timeline)}${cells}</span>`;
}

/** Keeps the columns below each other. */
const noFigure = html`<span class="figure"></span>`;

const figure = (count: number, unit: string): Markup => html`<span class="figure"><b>${count.toLocaleString('en')}</b> ${unit}</span>`;

/** The stages of a roll-out, in a row. */
const stages = (timeline: readonly TimelineStage[]): Markup =>
  html`<ol class="stages">${timeline.map((one, index) => stageItem(one, timeline[index - 1]))}</ol>`;

function stageItem(one: TimelineStage, before: TimelineStage | undefined): Markup {
  const current = one.status === 'now' ? html` aria-current="step"` : null;
  const what = isRepeated(one, before) ? null : html`<span class="what">${prose(one.text)}</span>`;
  return html`<li class="${one.status}"${current}><span class="mark">${icon(one.status)}</span>
<span class="stage">${stageNames[one.stage]}</span> <span class="status">${statusNames[one.status]}</span>
${span(one)}${what}${one.location === null ? null : html` ${place(one.location)}`}</li>`;
}

/** Three stages without anything to do have one reason, said once. */
const isRepeated = (one: TimelineStage, before: TimelineStage | undefined): boolean =>
  one.status === 'none' && before?.status === 'none' && before.text === one.text;

function stateBlock(flag: FlagRemoval): Markup {
  const { provider, state, createdAt, ageDays, by, lastEvaluated } = flag;
  const rows: readonly (readonly [string, Markup | null])[] = [
    ['Served', html`${stateText(flag)}`],
    ['Told by', provider === null ? null : html`${shortened(provider)}${state === null ? null : html` at ${place(state)}`}`],
    ['Bucketed by', by === null ? null : html`<code>${shortened(by)}</code>`],
    ['Made', createdAt === null ? null : html`${date(createdAt)}${ageDays === null ? null : `, ${plural(ageDays, 'day')} ago`}`],
    [
      'Last evaluated',
      lastEvaluated.length === 0
        ? null
        : html`${lastEvaluated.map(({ value, at }, index) => html`${index > 0 ? ', ' : ''}${value} on ${date(at)}`)}`,
    ],
  ];
  return html`<h4>State</h4><dl class="facts">${rows.map(([name, value]) => (value === null ? null : html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl>
${environmentTable(flag.environments)}`;
}

/** Whether its name says already what kind of environment it is. */
const isSaid = ({ environment, isProduction }: EnvironmentLine): boolean => isProduction !== true || /prod/i.test(environment);

function environmentTable(environments: readonly EnvironmentLine[]): Markup | null {
  const named = environments.filter(({ environment }) => environment !== '');
  const pinned = environments.filter((one) => one.environment === '' && (one.contexts.length > 0 || one.blockers.length > 0));
  const shown = named.length > 0 ? named : pinned;
  if (shown.length === 0) return null;
  const rows = shown.map(
    (
      one,
    ) => html`<tr><th scope="row">${one.environment === '' ? 'everywhere' : shortened(one.environment)}${isSaid(one) ? null : html` <small>production</small>`}</th>
<td data-label="Serves">${servesText(one)}</td><td data-label="Since">${date(one.since)}${one.sinceFrom === null ? null : html` <small>${sinceText(one.sinceFrom)}</small>`}</td>
<td data-label="For">${one.heldDays === null ? 'unknown' : plural(one.heldDays, 'day')}</td><td data-label="Notes">${[...one.blockers, ...one.contexts.map(contextText)].join('; ')}${one.location === null ? null : html` ${place(one.location)}`}</td></tr>`,
  );
  return html`<table class="rows"><caption>State per environment</caption><thead><tr><th scope="col">Environment</th><th scope="col">Serves</th><th scope="col">Since</th><th scope="col">For</th><th scope="col">Notes</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function codeBlock(flag: FlagRemoval): Markup | null {
  const { branches, evaluations, branchLines, files, removal } = flag;
  if (evaluations.length === 0) return null;
  const size =
    removal === null
      ? `${plural(branchLines, 'line')} of losing branches; the flag is asked for or decides in ${plural(files, 'file')}`
      : `${plural(removal.linesRemoved, 'line')} removed, ${removal.linesAdded} added in ${plural(removal.files, 'file')}${removal.deletedFiles === 0 ? '' : `; ${plural(removal.deletedFiles, 'file')} deleted`}`;
  const left = removal?.left ?? [];
  const command = removeCommand(flag);
  return html`<h4>What goes from the code</h4><p>${size}.</p>
${command === null ? null : copyable(`the command that removes ${flag.key}`, command)}
${branches.length === 0 ? html`<p class="quiet">No branch to delete was found: only the places that ask for the flag go.</p>` : html`<ul class="branches">${branches.slice(0, branchesShown).map(branchItem)}</ul>`}
${branches.length > branchesShown ? html`<p>… and ${branches.length - branchesShown} more.</p>` : null}
${
  left.length > 0
    ? html`<h5>Left to do by hand</h5>${list(
        left.map(({ location, reason }) => html`${place(location)}: ${prose(reason)}`),
        'plain',
      )}`
    : null
}
<h5>Asked for at</h5>${list(evaluations.map(place), 'places')}`;
}

const branchesShown = 12;

function branchItem(branch: DeadBranch): Markup {
  const hidden = branch.endLine - branch.line + 1 - branch.source.length;
  const more = hidden > 0 && branch.source.length > 0 ? html`\n<span class="quiet">… ${plural(hidden, 'more line')}</span>` : null;
  const source =
    branch.source.length === 0 ? null : html`<pre class="cut"><code>${multiline(branch.source.join('\n'))}${more}</code></pre>`;
  return html`<li><p>${range(branch)} <small>runs when the flag is ${shortened(branch.runs)}</small></p>${source}</li>`;
}

function schemaBlock(flag: FlagRemoval): Markup | null {
  if (flag.objects.length === 0) return null;
  const names = flag.objects.map((object) => html`${object.kind} <code>${shortened(nameOf(object))}</code>`);
  return html`<h4>What becomes dead in the schema</h4>${list(names, 'names')}${contractPart(flag.key, flag)}`;
}

function contractPart(name: string, { contract, byHand, verification }: SchemaPlan): Markup {
  const hand = byHand.map(({ object, reason }) => html`${object.kind} <code>${shortened(nameOf(object))}</code>: ${prose(reason)}`);
  const drops = contract.map(({ sql }) => sql).join('\n');
  const undo = contract.flatMap(({ undo: sql }) => sql ?? []).join('\n');
  return html`${hand.length === 0 ? null : html`<h5>To be dropped by hand</h5>${list(hand, 'plain')}`}
${drops === '' ? null : html`<h5>The contract, for a later change</h5>${copyable(`the contract of ${name}`, drops)}`}
${undo === '' ? null : html`<details class="more"><summary>The way back brings it back empty</summary>${copyable(`the way back for ${name}`, undo)}</details>`}
${verification.length === 0 ? null : html`<details class="more"><summary>${plural(verification.length, 'query').replace(/querys$/, 'queries')} to run before it</summary>${verification.map((one) => queryPart(name, one))}</details>`}`;
}

function queryPart(name: string, { title, expect, needs, sql }: SchemaPlan['verification'][number]): Markup {
  return html`<h5>${prose(title)}</h5><p class="quiet">Go ahead when it gives ${prose(expect)}.${needs === null ? null : html` It needs ${needs}.`}</p>${copyable(`a query for ${name}`, sql)}`;
}

const stepNames = { done: 'done', next: 'next', later: '', unknown: '' } as const;

function releases({ releases: steps }: SchemaPlan, isBlocked: boolean): Markup | null {
  if (steps.length === 0) return null;
  const items = steps.map(({ text, state, statements, kind, places }) => {
    const name = stepNames[state];
    const sql = kind === 'contract' || statements.length === 0 ? null : html`: ${statements.map((one) => html`<code>${one}</code> `)}`;
    const where = kind === 'remove-flag' || places.length === 0 ? null : list(places.map(place), 'places');
    return html`<li class="${state}">${prose(text)}${sql}${name === '' ? null : html` <span class="tag">${name}</span>`}${where}</li>`;
  });
  return html`<h4>Order of releases</h4><ol class="steps">${isBlocked ? html`<li class="next">Settle what holds it up <span class="tag">next</span></li>` : null}${items}</ol>`;
}

const notes = (title: string, texts: readonly string[]): Markup | null =>
  texts.length === 0 ? null : html`<div class="callout"><h4>${title}</h4>${list(texts.map(prose), 'plain')}</div>`;

/** A legacy object that nothing uses any more. */
export function objectCard(one: OrphanedObject, anchor: string): Markup {
  const name = nameOf(one.object);
  return html`<article class="flag" id="${anchor}" data-kind="orphaned" data-held="-1" data-lines="0">
<details><summary>
<span class="title"><h3><code>${shortened(name)}</code></h3>${chip('orphaned')}</span>
<span class="brief">legacy ${one.object.kind} that nothing uses any more; <code>${shortened(nameOf(one.replacedBy))}</code> took its place</span>
<span class="figures">${dots(one.timeline)}${noFigure}${noFigure}${figure(1, 'object')}</span></summary>
<div class="body">
<h4>Where it stands</h4>${stages(one.timeline)}
<h4>Evidence</h4><dl class="facts"><div><dt>Made</dt><dd>${place(one.made)}</dd></div><div><dt>Now read instead</dt><dd><code>${shortened(nameOf(one.replacedBy))}</code> at ${place(one.read)}</dd></div></dl>
<h4>What goes from the schema</h4>${contractPart(name, one)}
${releases(one, false)}
${notes('Not proven', one.unproven)}
</div></details></article>`;
}
