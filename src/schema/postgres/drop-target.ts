/** One object of a DROP statement, and whether it is there. */
import { type PgStep, refuse } from '../step.ts';
import { objectKey, type SchemaObject } from '../types.ts';
import { isDoubtful } from './known.ts';

export interface Drop {
  readonly step: PgStep;
  readonly parts: readonly string[];
  /** Input types of a function, where the statement gives them. */
  readonly signature: string | null;
  readonly isCascade: boolean;
  readonly isConcurrent: boolean;
  readonly ifExists: boolean;
  /** Everything the statement drops. */
  readonly among: ReadonlySet<string>;
}

/** IF EXISTS of what the history has dropped before does nothing; of what it never created, the object came from elsewhere. */
export const isGone = (drop: Drop, object: SchemaObject, exists: boolean): boolean =>
  drop.ifExists && !exists && drop.step.draft.dropped.has(objectKey(object));

/** What is not there cannot be dropped; certain where the history itself dropped it. */
export const refuseGone = ({ step, ifExists }: Drop, object: SchemaObject, exists: boolean, what: string): boolean =>
  !exists &&
  !ifExists &&
  refuse(
    step,
    `${what} "${object.name}" does not exist`,
    step.draft.dropped.has(objectKey(object)) && !isDoubtful(step, object.table ?? object.name),
  );
