/**
 * Why a contract, or the end of a legacy write, is not written: what stands in the way, where, and what to do next.
 * Plain data for the command line and the report.
 */
import type { SchemaObject } from '../../schema/types.ts';

export type RefusalCode =
  /** The objects are not known. */
  | 'unknown'
  | 'flag-in-code'
  /** Code that runs, or that is to run, uses an object. */
  | 'in-use'
  /** A view, function, trigger, key or generated column stands on it, or no plain statement drops it. */
  | 'by-hand'
  | 'gone'
  | 'not-at-base'
  | 'unanalysed'
  /** No file could be written that is proven to do exactly this. */
  | 'no-migration'
  /** New rows still have to fill the column. */
  | 'not-null';

export interface Witness {
  readonly revision: 'base' | 'head';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What happens there. */
  readonly note: string;
}

export interface SchemaRefusal {
  readonly code: RefusalCode;
  /** Null: it is about all of them. */
  readonly object: SchemaObject | null;
  /** One sentence without a full stop; names stand in backticks. */
  readonly text: string;
  readonly witnesses: readonly Witness[];
  /** What to do next: one sentence without a full stop. */
  readonly next: string;
}
