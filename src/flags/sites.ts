/**
 * Where an evaluation stands in the syntax: the node, and the entry of the catalogue it was recognised by.
 * Not serialisable: rules read the facts that are made of it.
 */
import type { Module, Node } from '../code/types.ts';
import type { CallForm, Sdk } from './catalogue.ts';
import type { Meaning } from './meaning.ts';
import type { Evaluation } from './types.ts';

/** An evaluation and the syntax it stands in. */
export interface EvaluationSite {
  /** The call, JSX element, member access or decorator at the evaluation's location. */
  readonly node: Node;
  readonly evaluation: Evaluation;
  /** The call form of the SDK behind it, through wrappers; null: a component, a record of flags, or no SDK of the catalogue. */
  readonly form: CallForm | null;
  readonly sdk: Sdk | null;
  /** The node's value is a promise. */
  readonly isPromise: boolean;
  /** What the node means; null for decorators and for what only its parts mean. */
  readonly meaning: Meaning | null;
}

/** What an evaluation was made of, before its file is asked about. */
export interface Origin {
  readonly node: Node;
  readonly module: Module;
  readonly form: CallForm | null;
  readonly sdk: Sdk | null;
}
