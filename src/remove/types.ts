/** What the removal of flags is asked for, and what it answers. Plain data: nothing here knows a syntax tree. */
import type { Known } from '../flags/known.ts';
import type { FlagValue } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';

/** A flag that goes, and the value that stays. */
export interface Settled {
  readonly key: string;
  readonly value: FlagValue;
  /** Who says so: what its provider serves everybody, or the one who asked. */
  readonly from: 'state' | 'option';
  /** A flag with a state that is spelt much the same, where the code does not evaluate this one; null: none. */
  readonly similar: string | null;
}

/** One place where a settled flag is evaluated. Offsets are UTF-16 positions in the file's text. */
export interface KnownSite {
  readonly key: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly location: Location;
  /** What stands there: an expression, an element whose children are guarded, or a decorator. */
  readonly is: 'expression' | 'element' | 'decorator';
  /** null: what it gives cannot be known, so it is left, and said. */
  readonly known: Known | null;
}

/** What becomes of one file. `after: null`: the file goes. */
export interface FileChange {
  readonly file: string;
  readonly before: string;
  readonly after: string | null;
}

/** Something of the flag that stays, and why. */
export interface Left {
  readonly key: string;
  readonly location: Location;
  /** In plain words, without a full stop. */
  readonly reason: string;
}

/** What the removal of some flags does to the code. Lists are sorted by place. */
export interface CodeRemoval {
  readonly changes: readonly FileChange[];
  /** Evaluations and definitions that are gone. */
  readonly rewritten: readonly { readonly key: string; readonly location: Location }[];
  readonly left: readonly Left[];
  /** Where the key still stands in text that is no code: documents, snapshots, settings, migrations. */
  readonly mentions: readonly { readonly key: string; readonly location: Location }[];
}

/** The answer of `dropgate remove`, and its JSON form (docs/json.md). */
export interface Removed extends CodeRemoval {
  readonly flags: readonly Settled[];
}
