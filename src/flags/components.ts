/**
 * Flag components: `<FeatureFlag flagKey="k" defaultValue={false} fallback={<Old />}><New /></FeatureFlag>`.
 * Children run only while the flag is on (or has the matched variant), the fallback only while it is not.
 */
import type { Module, Node } from '../code/types.ts';
import { originOf, stringOf } from '../code/values.ts';
import { sdkOf } from './catalogue.ts';
import { type Facts, whenFalsy } from './facts.ts';
import type { Interpreter } from './interpreter.ts';
import { equalsVariant, flagTruth } from './meaning.ts';
import type { Evaluation } from './types.ts';

type Element = Extract<Node, { type: 'JSXElement' }>;
type Attribute = Extract<Node, { type: 'JSXAttribute' }>;

/** What flag components around a node say, innermost first. */
export function componentConditions(node: Node, module: Module, interpreter: Interpreter): Facts[] {
  const found: Facts[] = [];
  let attribute: Attribute | null = null;
  for (let up: Node | null = node; up !== null; up = module.parent(up)) {
    if (up.type === 'JSXAttribute') attribute = up;
    if (up.type !== 'JSXElement') continue;
    const facts = elementFacts(up, attribute, module, interpreter);
    if (facts !== null) found.push(facts);
    attribute = null;
  }
  return found;
}

/** The evaluation a flag component makes; null for every other element. */
export function componentEvaluation(element: Element, module: Module, interpreter: Interpreter): Evaluation | null {
  const form = formOf(element, module, interpreter);
  if (form === null) return null;
  const key = attributeText(element, form.component.key, module, interpreter);
  const fallback = attributeNode(element, 'defaultValue');
  const value = fallback?.type === 'Literal' && typeof fallback.value === 'boolean' ? fallback.value : null;
  const location = { file: module.path, ...module.span(element.openingElement) };
  const evaluation: Evaluation = {
    flag: key,
    keyFrom: key === null ? 'computed' : 'text',
    sdk: form.sdk.id,
    provider: form.sdk.provider,
    location,
    context: { kind: 'opaque' },
    fallback: value,
  };
  interpreter.origins.set(evaluation, { node: element, module, form: null, sdk: form.sdk });
  return evaluation;
}

function elementFacts(element: Element, attribute: Attribute | null, module: Module, interpreter: Interpreter): Facts | null {
  const form = formOf(element, module, interpreter);
  const evaluation = form === null ? null : componentEvaluation(element, module, interpreter);
  if (form === null || evaluation === null) return null;
  if (attributeNamed(element, 'predicate') !== null) return null;
  const hasMatch = attributeNamed(element, form.component.match) !== null;
  const match = hasMatch ? attributeNode(element, form.component.match) : null;
  const text = match === null ? null : stringOf(match, module, interpreter.modules);
  if (hasMatch && text === null) return null;
  const truth = text === null ? flagTruth(evaluation) : equalsVariant(evaluation, text, false);
  if (attribute === null) return truth.whenTrue;
  return attribute.name.type === 'JSXIdentifier' && attribute.name.name === form.component.fallback ? whenFalsy(truth) : null;
}

function formOf(element: Element, module: Module, interpreter: Interpreter) {
  const { name } = element.openingElement;
  const origin = name.type === 'JSXIdentifier' ? originOf(name, module, interpreter.modules) : null;
  const sdk = origin?.kind === 'package' ? sdkOf(origin.source) : null;
  const component = origin?.kind === 'package' ? sdk?.components.find((one) => one.name === origin.imported) : undefined;
  return sdk === null || component === undefined ? null : { sdk, component };
}

function attributeNamed(element: Element, name: string): Attribute | null {
  for (const one of element.openingElement.attributes) {
    if (one.type === 'JSXAttribute' && one.name.type === 'JSXIdentifier' && one.name.name === name) return one;
  }
  return null;
}

function attributeNode(element: Element, name: string): Node | null {
  const value = attributeNamed(element, name)?.value ?? null;
  return value?.type === 'JSXExpressionContainer' ? value.expression : value;
}

function attributeText(element: Element, name: string, module: Module, interpreter: Interpreter): string | null {
  const node = attributeNode(element, name);
  return node === null ? null : stringOf(node, module, interpreter.modules);
}
