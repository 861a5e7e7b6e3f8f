/**
 * One attempt at a removal: values, folding, what falls with it, definitions, and what is then put straight.
 * Input: the code, the evaluations, and the edits that have been refused. Output: new texts. Nothing is written.
 */
import { ts } from 'ts-morph';
import type { FlagValue } from '../../flags/types.ts';
import type { Left } from '../types.ts';
import { type Cascade, type CascadeOptions, makeCascade } from './cascade/cascade.ts';
import { isPublic } from './cascade/declarations.ts';
import { removeEmptied } from './cascade/emptied.ts';
import { makeEdits } from './edits.ts';
import { makeRewriter, type Rewriter, visit } from './folding/rewriter.ts';
import type { NewText } from './gate.ts';
import { removeDefinitions } from './naming/definitions.ts';
import { leftoversOf } from './naming/leftovers.ts';
import { removeRemarks } from './naming/remarks.ts';
import type { Imports } from './reading/imports.ts';
import type { Code } from './reading/program.ts';
import { evaluatorsOf, type Site } from './reading/sites.ts';
import { removeAliases } from './tidying/aliases.ts';
import { joinAssignments, settleVariables } from './tidying/assignments.ts';
import { removeWrappers } from './tidying/wrappers.ts';
import { makePurity } from './values/purity.ts';
import { isPlain, makeValues } from './values/values.ts';

export interface Subject {
  readonly code: Code;
  readonly imports: Imports;
  readonly sites: readonly Site[];
  /** The value each key is settled on. */
  readonly values: ReadonlyMap<string, FlagValue>;
  /** Files a generator wrote. */
  readonly generated: ReadonlySet<string>;
}

export interface Draft {
  readonly texts: ReadonlyMap<string, NewText>;
  /** Sites that are gone. */
  readonly gone: ReadonlySet<Site>;
  /** Keys that stand elsewhere. */
  readonly leftovers: readonly Left[];
}

const maxRounds = 20;

/** Removes what can be removed without what has been refused. */
export function drafted(subject: Subject, isRefused: (cause: string) => boolean): Draft {
  const { code, sites, values } = subject;
  const work = begun(subject, isRefused);
  const { edits, isGenerated } = work.rest;
  settleDown(work);
  removeDefinitions({ code, edits, isRefused, isGenerated, sites: nodesOf(sites), values: settledIn(subject, work) });
  settleDown(work);
  tidy(work);
  removeRemarks(edits, [...values.keys()]);
  const gone = sites.filter(({ node }) => node !== null && edits.isGone(ts.isJsxElement(node) ? node.openingElement.tagName : node));
  const leftovers = leftoversOf({ code, edits, keys: [...values.keys()], sites: nodesOf(sites), isGenerated });
  return { texts: textsOf(work), gone: new Set(gone), leftovers };
}

const nodesOf = (sites: readonly Site[]): readonly ts.Node[] => sites.flatMap(({ node }) => node ?? []);

interface Work {
  readonly known: ReadonlyMap<ts.Node, Site>;
  readonly rewriter: Rewriter;
  readonly cascade: Cascade;
  readonly rest: CascadeOptions;
}

/** What the evaluations decide by themselves. */
function begun({ code, imports, sites, generated }: Subject, isRefused: (cause: string) => boolean): Work {
  const known = new Map(
    sites.flatMap((site): [ts.Node, Site][] => {
      const isOpen = site.known !== null && site.obstacle === null && !isRefused(site.cause) && !generated.has(site.file);
      return site.node !== null && isOpen ? [[site.node, site]] : [];
    }),
  );
  const settled = new Map([...known].flatMap(([node, site]) => (site.known === null ? [] : [[node, site.known] as const])));
  const isGenerated = (file: ts.SourceFile): boolean => generated.has(code.pathOf(file));
  const edits = makeEdits();
  const values = makeValues(settled, code, (symbol) => isPublic(symbol, { imports }));
  const evaluators = evaluatorsOf(known.keys(), code);
  const purity = makePurity(code, {
    isKnown: (node) => isPlain(node) && values.of(node) !== null,
    truth: values.truth,
    isEvaluating: (symbol) => evaluators.has(symbol),
  });
  const rewriter = makeRewriter(code, edits, { values, purity, code }, (node) => known.get(node)?.cause ?? '');
  const touched = new Set([...values.leaves.keys()].map((node) => node.getSourceFile()));
  for (const file of touched) if (!isGenerated(file)) visit(file, rewriter);
  const rest = { code, edits, imports, purity, parameters: values.parameters, seeds: values.learnt, isRefused, isGenerated };
  return { known, rewriter, cascade: makeCascade(rest), rest };
}

/** Dead names leave branches empty, and empty branches make names dead. */
function settleDown({ cascade, rewriter, rest: { isRefused, imports } }: Work): void {
  for (let round = 0, before = -1; round < maxRounds && before !== rewriter.edits.size; round++) {
    before = rewriter.edits.size;
    cascade.run();
    removeEmptied(rewriter, isRefused, (symbol) => isPublic(symbol, { imports }));
  }
}

/** A flag that is still evaluated somewhere keeps what defines it. */
function settledIn({ sites, values }: Subject, { known }: Work): ReadonlyMap<string, FlagValue> {
  const kept = new Set(sites.filter(({ node }) => node === null || !known.has(node)).map(({ key }) => key));
  return new Map([...values].filter(([key]) => !kept.has(key)));
}

/** What the removal has left crooked. No name dies by the last two, so they come last. */
function tidy(work: Work): void {
  const { code, edits, purity, isRefused } = work.rest;
  const { rewriter } = work;
  joinAssignments(rewriter, isRefused);
  settleDown(work);
  settleVariables(rewriter, isRefused);
  removeAliases({ code, edits, kept: rewriter.kept, opened: rewriter.opened, isRefused });
  removeWrappers({ code, edits, purity, kept: rewriter.kept, isRefused });
}

function textsOf({ rest: { code, edits }, cascade: { goneFiles } }: Work): ReadonlyMap<string, NewText> {
  const texts = new Map<string, NewText>();
  for (const file of edits.files) {
    const { text, placed } = edits.apply(file);
    if (text !== file.text || goneFiles.has(file)) texts.set(code.pathOf(file), { text: goneFiles.has(file) ? null : text, placed });
  }
  return texts;
}
