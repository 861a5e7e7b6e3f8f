/**
 * The removal of flags from one program: values, rewriting, cascade, definitions; then the compiler, until it has no complaint.
 * Input: the code and the evaluations. Output: new texts, what went, what is left and why. Nothing is written.
 * Invariant: no text is answered that the compiler finds a new fault in.
 */
import { ts } from 'ts-morph';
import type { Known } from '../../flags/known.ts';
import type { FlagValue } from '../../flags/types.ts';
import type { FileChange, KnownSite, Left } from '../types.ts';
import { removeAliases } from './aliases.ts';
import { joinAssignments, settleVariables } from './assignments.ts';
import { type Cascade, type CascadeOptions, makeCascade } from './cascade.ts';
import { isPublic } from './declarations.ts';
import { removeDefinitions } from './definitions.ts';
import { makeEdits } from './edits.ts';
import { removeEmptied } from './emptied.ts';
import { type Fault, faultsOf, type NewText } from './gate.ts';
import { makeImports } from './imports.ts';
import { leftoversOf } from './leftovers.ts';
import type { Code } from './program.ts';
import { makePurity } from './purity.ts';
import { removeRemarks } from './remarks.ts';
import { makeRewriter, type Rewriter, visit } from './rewriter.ts';
import { mayBeMissing } from './types.ts';
import { isPlain, makeValues } from './values.ts';
import { removeWrappers } from './wrappers.ts';

export interface EngineOptions {
  readonly code: Code;
  readonly sites: readonly KnownSite[];
  readonly values: ReadonlyMap<string, FlagValue>;
  /** Paths of the files that packages offer to others. */
  readonly entries: ReadonlySet<string>;
  /** Files a generator wrote. */
  readonly generated: ReadonlySet<string>;
}

export interface EngineResult {
  readonly changes: readonly FileChange[];
  readonly rewritten: readonly KnownSite[];
  readonly left: readonly Left[];
}

/** Attempts in which single edits are taken back, before whole files are. */
const patience = 8;
const maxAttempts = 24;
const maxRounds = 20;

/** Removes the flags; what the compiler refuses is taken back, edit by edit. */
export function removeFlags(options: EngineOptions): EngineResult {
  const refused = new Map<string, Fault>();
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const draft = drafted(options, refused);
    const faults = draft.texts.size === 0 ? [] : faultsOf(options.code, draft.texts, (cause) => !refused.has(cause));
    if (faults.length === 0) return finished(options, draft, refused);
    const before = refused.size;
    for (const fault of faults) for (const cause of fault.causes) refused.set(cause, fault);
    if (attempt >= patience || refused.size === before) refuseFiles(faults, draft, refused);
    if (refused.size === before) break;
  }
  const nothing: Draft = { texts: new Map(), gone: new Set(), leftovers: [] };
  const all = options.sites.map(({ file, location }, index): [string, Fault] => [
    siteCause(index),
    { file, line: location.line, message: 'no way was found that it accepts', causes: [] },
  ]);
  return finished(options, nothing, new Map(all));
}

const siteCause = (index: number): string => `site:${index}`;

interface Draft {
  readonly texts: ReadonlyMap<string, NewText>;
  /** Indices of sites that are gone. */
  readonly gone: ReadonlySet<number>;
  /** Keys that stand elsewhere. */
  readonly leftovers: readonly Left[];
}

/** One attempt, without what has been refused. */
function drafted({ code, sites, values: settled, entries, generated }: EngineOptions, refused: ReadonlyMap<string, Fault>): Draft {
  const nodes = sites.map((site) => nodeAt(site, code));
  const known = new Map<ts.Node, Known>();
  const ids = new Map<ts.Node, string>();
  sites.forEach((site, index) => {
    const node = nodes[index];
    if (
      node === null ||
      node === undefined ||
      site.known === null ||
      obstacleIn(node, code) !== null ||
      refused.has(siteCause(index)) ||
      generated.has(site.file)
    )
      return;
    known.set(node, site.known);
    ids.set(node, siteCause(index));
  });
  const imports = makeImports(code, entries);
  const isGenerated = (file: ts.SourceFile): boolean => generated.has(code.pathOf(file));
  const isRefused = (cause: string): boolean => refused.has(cause);
  const edits = makeEdits();
  const values = makeValues(known, code, (symbol) => isPublic(symbol, { imports }));
  const evaluators = new Set([...known.keys()].flatMap((node) => calledBy(node, code)));
  const purity = makePurity(code, {
    isKnown: (node) => isPlain(node) && values.of(node) !== null,
    truth: values.truth,
    isEvaluating: (symbol) => evaluators.has(symbol),
  });
  const rewriter = makeRewriter(code, edits, { values, purity, code }, (site) => ids.get(site) ?? '');
  const touched = new Set([...values.leaves.keys()].map((node) => node.getSourceFile()));
  for (const file of touched) if (!isGenerated(file)) visit(file, rewriter);
  const rest = { code, edits, imports, purity, parameters: values.parameters, seeds: values.learnt, isRefused, isGenerated };
  const cascade = makeCascade(rest);
  settleDown(cascade, rewriter, rest);
  const kept = new Set(sites.filter((_, index) => !isKnownSite(nodes[index], known)).map(({ key }) => key));
  const whole = new Map([...settled].filter(([key]) => !kept.has(key)));
  removeDefinitions({ code, edits, isRefused, isGenerated, sites: nodes.filter((one) => one !== null), values: whole });
  settleDown(cascade, rewriter, rest);
  joinAssignments(rewriter, isRefused);
  settleDown(cascade, rewriter, rest);
  settleVariables(rewriter, isRefused);
  removeAliases({ code, edits, kept: rewriter.kept, opened: rewriter.opened, isRefused });
  removeWrappers({ code, edits, purity, kept: rewriter.kept, isRefused });
  const { goneFiles } = cascade;
  removeRemarks(edits, [...settled.keys()]);
  const texts = new Map<string, NewText>();
  for (const file of edits.files) {
    const { text, placed } = edits.apply(file);
    if (text !== file.text || goneFiles.has(file)) texts.set(code.pathOf(file), { text: goneFiles.has(file) ? null : text, placed });
  }
  const gone = new Set(
    nodes.flatMap((node, index) =>
      node !== null && edits.isGone(ts.isJsxElement(node) ? node.openingElement.tagName : node) ? [index] : [],
    ),
  );
  const present = nodes.flatMap((node) => node ?? []);
  return { texts, gone, leftovers: leftoversOf({ code, edits, keys: [...settled.keys()], sites: present, isGenerated }) };
}

/** What an evaluation calls. */
function calledBy(site: ts.Node, code: Code): ts.Symbol[] {
  if (!ts.isCallExpression(site)) return [];
  const { expression } = site;
  const symbol = code.symbolOf(ts.isPropertyAccessExpression(expression) ? expression.name : expression);
  return symbol === null ? [] : [symbol];
}

/** A flag that is still evaluated somewhere keeps what defines it. */
const isKnownSite = (node: ts.Node | null | undefined, known: ReadonlyMap<ts.Node, Known>): boolean =>
  node !== null && node !== undefined && known.has(node);

/** Dead names leave branches empty, and empty branches make names dead. */
function settleDown(cascade: Cascade, rewriter: Rewriter, { isRefused, imports }: CascadeOptions): void {
  for (let round = 0, before = -1; round < maxRounds && before !== rewriter.edits.size; round++) {
    before = rewriter.edits.size;
    cascade.run();
    removeEmptied(rewriter, isRefused, (symbol) => isPublic(symbol, { imports }));
  }
}

/** Why an evaluation is more than its value; null where it is not. */
function obstacleIn(node: ts.Node, { checker }: Code): string | null {
  if (ts.isJsxElement(node)) {
    const isAsking = node.children.some(
      (one) => ts.isJsxExpression(one) && one.expression !== undefined && ts.isFunctionLike(one.expression),
    );
    return isAsking ? 'a function decides what it shows' : null;
  }
  if (!ts.isCallExpression(node)) return null;
  if (node.arguments.some((one) => ts.isArrowFunction(one) || ts.isFunctionExpression(one))) return 'it is given a function to call';
  const { expression } = node;
  const isOptional = ts.isPropertyAccessExpression(expression) && expression.questionDotToken !== undefined;
  return isOptional && mayBeMissing(expression.expression, checker)
    ? 'what it is called on may be missing, and then it is not evaluated'
    : null;
}

/** The node of an evaluation in the compiler's tree. */
function nodeAt({ file, start, end }: KnownSite, code: Code): ts.Node | null {
  const source = code.file(file);
  if (source === null) return null;
  let found: ts.Node | null = null;
  const look = (node: ts.Node): void => {
    if (node.pos > start || node.end < end) return;
    if (node.getStart(source) === start && node.end === end && !ts.isExpressionStatement(node)) found = node;
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** Nothing in these files is changed, whatever it was for. */
function refuseFiles(faults: readonly Fault[], { texts }: Draft, refused: Map<string, Fault>): void {
  for (const fault of faults) {
    const made = texts.get(fault.file);
    const all = made === undefined ? [...texts.values()] : [made];
    for (const { cause } of all.flatMap((one) => one.placed)) refused.set(cause, fault);
  }
}

function finished({ code, sites }: EngineOptions, { texts, gone, leftovers }: Draft, refused: ReadonlyMap<string, Fault>): EngineResult {
  const changes = [...texts].map(([file, { text }]): FileChange => ({ file, before: code.file(file)?.text ?? '', after: text }));
  const left = sites.flatMap((site, index): Left[] => {
    if (gone.has(index)) return [];
    const node = nodeAt(site, code);
    const obstacle = node === null ? null : obstacleIn(node, code);
    return [{ key: site.key, location: site.location, reason: obstacle ?? reasonOf(site, refused.get(siteCause(index))) }];
  });
  return { changes, rewritten: sites.filter((_, index) => gone.has(index)), left: [...left, ...leftovers] };
}

function reasonOf(site: KnownSite, fault: Fault | undefined): string {
  if (fault !== undefined) return `without it the compiler says at ${fault.file}:${fault.line}: ${fault.message}`;
  if (site.known === null) return 'what it gives for this value is not known';
  if (site.is === 'decorator') return 'a decorator decides by it';
  return 'its result is used as a whole';
}
