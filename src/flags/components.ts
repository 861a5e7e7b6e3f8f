/**
 * Flag components: `<FeatureFlag flagKey="k" defaultValue={false} fallback={<Old />}><New /></FeatureFlag>`.
 * Children run only while the flag is on (or has the matched variant), the fallback only while it is not.
 */
import type { Binding, Module, Node } from '../code/types.ts';
import { originOf, stringOf } from '../code/values.ts';
import { type ComponentForm, type Sdk, sdkOf } from './catalogue.ts';
import { type Facts, not, type Truth, whenFalsy } from './facts.ts';
import type { Interpreter } from './interpreter.ts';
import { equalsVariant, flagTruth, type Meaning, resultOf } from './meaning.ts';
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
  return form === null || form.component.within !== undefined || form.component.key === ''
    ? null
    : madeBy(element, form, module, interpreter);
}

/** What the children of a flag component say by being rendered; null where that is not known, or each child decides by itself. */
export function elementMeaning(element: Element, evaluation: Evaluation, module: Module, interpreter: Interpreter): Meaning | null {
  const form = formOf(element, module, interpreter);
  if (form === null || form.component.gives !== undefined || form.component.within !== undefined) return null;
  if (form.component.unless?.some((name) => attributeNamed(element, name) !== null)) return null;
  return matchTruth(element, form, evaluation, form.sdk, module, interpreter);
}

interface Form {
  readonly sdk: Sdk;
  readonly component: ComponentForm;
}

function madeBy(element: Element, { sdk, component }: Form, module: Module, interpreter: Interpreter): Evaluation {
  const key = component.key === '' ? null : attributeText(element, component.key, module, interpreter);
  const failure = component.failure === undefined ? null : attributeNode(element, component.failure);
  const value = failure?.type === 'Literal' && typeof failure.value === 'boolean' ? failure.value : null;
  const location = { file: module.path, ...module.span(element.openingElement) };
  const evaluation: Evaluation = {
    flag: key,
    keyFrom: key === null ? 'computed' : 'text',
    sdk: sdk.id,
    provider: sdk.provider,
    location,
    context: { kind: 'opaque' },
    fallback: component.failure === undefined ? sdk.onFailure : value,
  };
  interpreter.origins.set(evaluation, { node: element, module, form: null, sdk });
  return evaluation;
}

/** `<Feature feature="k">{(isOn) => …}</Feature>`: what the function is given. */
export function childMeaning(binding: Extract<Binding, { kind: 'parameter' }>, module: Module, interpreter: Interpreter): Meaning | null {
  const holder = module.parent(binding.owner);
  const element = holder?.type === 'JSXExpressionContainer' ? module.parent(holder) : null;
  const form = element?.type === 'JSXElement' ? formOf(element, module, interpreter) : null;
  const shape = form?.component.gives?.[binding.index];
  if (form === null || element?.type !== 'JSXElement' || shape === undefined) return null;
  return resultOf(madeBy(element, form, module, interpreter), shape, form.sdk);
}

function elementFacts(element: Element, attribute: Attribute | null, module: Module, interpreter: Interpreter): Facts | null {
  const form = formOf(element, module, interpreter);
  if (form === null || form.component.gives !== undefined) return null;
  const { component, sdk } = form;
  if (component.unless?.some((name) => attributeNamed(element, name) !== null)) return null;
  const holder = component.within === undefined ? element : holderOf(element, component.within, module, interpreter);
  const truth = holder === null ? null : matchTruth(element, form, madeBy(holder, form, module, interpreter), sdk, module, interpreter);
  if (truth === null) return null;
  if (attribute === null) return truth.whenTrue;
  return attribute.name.type === 'JSXIdentifier' && attribute.name.name === component.fallback ? whenFalsy(truth) : null;
}

/** What the children say by being rendered. */
function matchTruth(
  element: Element,
  { component }: Form,
  evaluation: Evaluation,
  sdk: Sdk,
  module: Module,
  interpreter: Interpreter,
): Truth | null {
  const attribute = component.match === undefined ? null : attributeNamed(element, component.match);
  if (attribute === null || component.match === undefined) return component.isMatchNeeded === true ? null : flagTruth(evaluation);
  const match = attributeNode(element, component.match);
  if (match === null) return flagTruth(evaluation);
  if (match.type === 'Literal' && typeof match.value === 'boolean') return match.value ? flagTruth(evaluation) : not(flagTruth(evaluation));
  const text = stringOf(match, module, interpreter.modules);
  return text === null ? null : equalsVariant(evaluation, text, sdk.onOff);
}

function holderOf(element: Element, name: string, module: Module, interpreter: Interpreter): Element | null {
  for (let up = module.parent(element); up !== null; up = module.parent(up)) {
    if (up.type === 'JSXElement' && formOf(up, module, interpreter)?.component.name === name) return up;
  }
  return null;
}

function formOf(element: Element, module: Module, interpreter: Interpreter): Form | null {
  const { name } = element.openingElement;
  const root = name.type === 'JSXMemberExpression' && name.object.type === 'JSXIdentifier' ? name.object : name;
  if (root.type !== 'JSXIdentifier') return null;
  const origin = originOf(root, module, interpreter.modules);
  const sdk = origin?.kind === 'package' ? sdkOf(origin.source) : null;
  if (sdk === null || origin?.kind !== 'package') return null;
  const called = name.type === 'JSXMemberExpression' ? name.property.name : (origin.path.at(-1) ?? origin.imported);
  const component = sdk.components.find((one) => one.name === called);
  return component === undefined ? null : { sdk, component };
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
