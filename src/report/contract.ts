/**
 * How the schema side of a removal is told: the contract, the end of a legacy write, and why there is none.
 * Input: what they answer. Output: plain text, in which everything of the repository is safe to print. Pure.
 */
import type { Location } from '../parse/span.ts';
import type { NewFile } from '../remove/schema/migration-file.ts';
import type { SchemaRefusal } from '../remove/schema/refusals.ts';
import { nameOf, type ReleaseStep } from '../remove/schema/releases.ts';
import type { VerificationQuery } from '../remove/schema/verification.ts';
import type { FileChange, Left } from '../remove/types.ts';
import type { SchemaObject } from '../schema/types.ts';
import { visible } from './escape.ts';
import { changesLine, leftLines, placeOf, shownOnTerminal } from './removed.ts';
import { plural } from './words.ts';

export interface ContractAnswer {
  readonly objects: readonly SchemaObject[];
  readonly files: readonly NewFile[];
  readonly notes: readonly string[];
  readonly verification: readonly VerificationQuery[];
  readonly order: readonly ReleaseStep[];
  readonly refusals: readonly SchemaRefusal[];
}

/** The contract, or who stands in its way; then the order of releases. */
export function contractText(contract: ContractAnswer, isWritten: boolean): string {
  const { objects, files, notes, verification, order, refusals } = contract;
  const names = namesOf(objects);
  if (refusals.length > 0)
    return page([`Refused: ${names} cannot be dropped yet. Nothing is written.`], refusalLines(refusals), orderLines(order));
  if (files.length === 0) return page([`There is nothing to drop: ${names}.`], orderLines(order));
  return page(
    [`${isWritten ? 'Written' : 'To be written with --write'}, for a change of its own: the contract that drops ${names}.`],
    ...files.map(({ path, text }) => [visible(path), ...indented(text)]),
    titled(
      'Besides:',
      notes.map((note) => `  ${visible(note)}.`),
    ),
    titled('Before it runs, ask the production database who is left:', verification.flatMap(queryLines)),
    orderLines(order),
  );
}

export interface EndOfWriteAnswer {
  readonly objects: readonly SchemaObject[];
  readonly changes: readonly FileChange[];
  readonly rewritten: readonly Location[];
  readonly left: readonly Left[];
  readonly notes: readonly string[];
  readonly refusals: readonly SchemaRefusal[];
}

/** Where the legacy write ended and where it could not, or who stands in its way. */
export function endOfWriteText(ended: EndOfWriteAnswer, isWritten: boolean): string {
  const { objects, changes, rewritten, left, notes, refusals } = ended;
  const names = namesOf(objects);
  if (refusals.length > 0)
    return page([`Refused: the legacy write of ${names} cannot end yet. Nothing is changed.`], refusalLines(refusals));
  const done = rewritten.length === 0 ? 'no write was taken out' : `${plural(rewritten.length, 'write')} taken out`;
  return page(
    [`${names}: ${done}.`, changesLine(changes, isWritten), ...leftLines(left)],
    titled(
      'Besides:',
      notes.map((note) => `  ${visible(note)}.`),
    ),
    changes.length > 0 && !isWritten ? ['Apply it: the same command with --write.'] : [],
  );
}

/** Paragraphs, one empty line between those that say something. */
const page = (...parts: readonly (readonly string[])[]): string =>
  `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;

const titled = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [title, ...lines]);

const namesOf = (objects: readonly SchemaObject[]): string =>
  objects.length === 0 ? 'what the flag leaves behind' : objects.map((object) => visible(nameOf(object))).join(', ');

const indented = (text: string): string[] =>
  shownOnTerminal(text.replaceAll('\r\n', '\n').replace(/\n$/, ''))
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`));

function refusalLines(refusals: readonly SchemaRefusal[]): string[] {
  return refusals.flatMap(({ code, text, witnesses, next }, i) => [
    ...(i === 0 ? [] : ['']),
    `${code}: ${visible(text)}.`,
    ...witnesses.map((one) => `  ${visible(`${one.file}:${one.line}:${one.column}`)}  ${visible(one.note)} (${sides[one.revision]})`),
    `  Next: ${visible(next)}`,
  ]);
}

const sides = { base: 'base', head: 'work tree' } as const;

/** As comments around SQL, so that it can be handed to the database's own client. */
const queryLines = ({ title, expect, needs, sql }: VerificationQuery): string[] => [
  '',
  `-- ${visible(title)}; expected: ${visible(expect)}${needs === null ? '' : `; needs ${visible(needs)}`}`,
  ...shownOnTerminal(sql).split('\n'),
];

const states = { done: 'done   ', next: 'next   ', later: 'later  ', unknown: 'unknown' } as const;

const orderLines = (order: readonly ReleaseStep[]): string[] =>
  titled(
    'Order of releases:',
    order.flatMap(({ state, text, statements, places }) => [
      `  ${states[state]}  ${visible(text)}`,
      ...(state === 'done' ? [] : statements.map((sql) => `             ${visible(sql)}`)),
      ...(state === 'done' ? [] : places.map((at) => `             ${placeOf(at)}`)),
    ]),
  );
