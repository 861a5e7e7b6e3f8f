/**
 * What every layer of mapped models is: nothing is looked for where code declares none of its models.
 * Input: the layer's name, how it declares models, how it reads a file. Output: the layer.
 */
import type { Module, Node } from '../../code/types.ts';
import { makeRecorder, type Recorder } from '../recorder.ts';
import type { AccessContext, AccessLayer, Confidence, MappedModel, Mapping } from '../types.ts';
import type { Source } from '../values.ts';
import type { Visit } from './visit.ts';

/** A query of a model: which method, with which arguments. */
export interface ModelQuery<Method> {
  readonly model: MappedModel;
  readonly method: Method;
  readonly name: string;
  readonly args: readonly Source[];
  readonly confidence: Confidence;
}

export const modelLayer = (
  name: string,
  mapping: Mapping,
  addAll: (module: Module, context: AccessContext, recorder: Recorder) => void,
): AccessLayer => ({
  name,
  mapping,
  extract: (module, context) => {
    const recorder = makeRecorder(name, context);
    if (context.models.all.some((model) => model.layer === name)) addAll(module, context, recorder);
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved: [] };
  },
});

/** Each call of a file, with what a visit of it begins with, and where its method is named. */
export function callsOf(
  module: Module,
  context: AccessContext,
  recorder: Recorder,
): { readonly node: Extract<Node, { type: 'CallExpression' }>; readonly common: Omit<Visit, 'operation'>; readonly at: Source }[] {
  return module.nodes('CallExpression').map((node) => {
    const call = { node: node as Node, module };
    const at = node.callee.type === 'MemberExpression' ? { node: node.callee.property as Node, module } : call;
    return { node, common: { context, recorder, confidence: 'high', call }, at };
  });
}
