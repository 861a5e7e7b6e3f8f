/**
 * The removal of flags from one program: attempts, until the compiler has no complaint.
 * Input: the code and the evaluations. Output: new texts, what went, what is left and why. Nothing is written.
 * Invariant: no text is answered that the compiler finds a new fault in.
 */
import type { FlagValue } from '../../flags/types.ts';
import type { FileChange, KnownSite, Left } from '../types.ts';
import { type Draft, drafted, type Subject } from './draft.ts';
import { type Fault, faultsOf } from './gate.ts';
import { makeImports } from './reading/imports.ts';
import type { Code } from './reading/program.ts';
import { located, type Site } from './reading/sites.ts';

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

/** Edits that the compiler refused, by cause, with its word. */
type Refused = Map<string, Fault>;

/** Removes the flags; what the compiler refuses is taken back, edit by edit. */
export function removeFlags({ code, sites, values, entries, generated }: EngineOptions): EngineResult {
  const subject: Subject = { code, imports: makeImports(code, entries), sites: located(sites, code), values, generated };
  const refused: Refused = new Map();
  const isRefused = (cause: string): boolean => refused.has(cause);
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const draft = drafted(subject, isRefused);
    const faults = draft.texts.size === 0 ? [] : faultsOf(code, draft.texts, (cause) => !isRefused(cause));
    if (faults.length === 0) return finished(subject, draft, refused);
    const before = refused.size;
    for (const fault of faults) for (const cause of fault.causes) refused.set(cause, fault);
    if (attempt >= patience || refused.size === before) refuseFiles(faults, draft, refused);
    if (refused.size === before) break;
  }
  return abandoned(subject);
}

/** Nothing in these files is changed, whatever it was for. */
function refuseFiles(faults: readonly Fault[], { texts }: Draft, refused: Refused): void {
  for (const fault of faults) {
    const made = texts.get(fault.file);
    const all = made === undefined ? [...texts.values()] : [made];
    for (const { cause } of all.flatMap((one) => one.placed)) refused.set(cause, fault);
  }
}

/** The answer where no attempt was taken. */
function abandoned(subject: Subject): EngineResult {
  const word = (site: Site): Fault => ({
    file: site.file,
    line: site.location.line,
    message: 'no way was found that it accepts',
    causes: [],
  });
  const nothing: Draft = { texts: new Map(), gone: new Set(), leftovers: [] };
  return finished(subject, nothing, new Map(subject.sites.map((site) => [site.cause, word(site)])));
}

function finished({ code, sites }: Subject, { texts, gone, leftovers }: Draft, refused: Refused): EngineResult {
  const changes = [...texts].map(([file, { text }]): FileChange => ({ file, before: code.file(file)?.text ?? '', after: text }));
  const left = sites.flatMap((site): Left[] =>
    gone.has(site) ? [] : [{ key: site.key, location: site.location, reason: reasonOf(site, refused.get(site.cause)) }],
  );
  return { changes, rewritten: sites.filter((site) => gone.has(site)), left: [...left, ...leftovers] };
}

function reasonOf({ obstacle, known, is }: Site, fault: Fault | undefined): string {
  if (obstacle !== null) return obstacle;
  if (fault !== undefined) return `without it the compiler says at ${fault.file}:${fault.line}: ${fault.message}`;
  if (known === null) return 'what it gives for this value is not known';
  if (is === 'decorator') return 'a decorator decides by it';
  return 'its result is used as a whole';
}
