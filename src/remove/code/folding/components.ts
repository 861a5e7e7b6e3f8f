/**
 * Components that render one of two things by a condition: `<ConditionallyRender condition show elseShow />`.
 * Input: an element, and what is known of conditions. Output: which of its parts it renders. Pure.
 */
import { ts } from 'ts-morph';
import type { Purity } from '../values/purity.ts';

/** Names of a component, and of the attributes that choose. Its children render where no attribute says what does. */
interface Choice {
  readonly name: RegExp;
  readonly condition: readonly string[];
  readonly shown: readonly string[];
  readonly otherwise: readonly string[];
}

const choices: readonly Choice[] = [
  {
    name: /^(?:Conditional(?:ly)?Render|RenderIf|ShowIf)$/,
    condition: ['condition', 'when', 'if', 'test'],
    shown: ['show', 'then'],
    otherwise: ['elseShow', 'fallback', 'else', 'otherwise'],
  },
];

type Element = ts.JsxElement | ts.JsxSelfClosingElement;

/**
 * What an element renders: an expression, its children, or nothing; null where that is not known.
 * `site`: whether the flag is on, for a component that evaluates one.
 */
export function chosenBy(
  element: Element,
  site: boolean | null,
  truth: (test: ts.Expression) => boolean | null,
  purity: Purity,
): ts.Expression | 'children' | 'nothing' | null {
  const attributes = attributesOf(element);
  if (attributes === null) return null;
  if (site !== null) return site ? 'children' : (expressionOf(attributes.get('fallback')) ?? 'nothing');
  const name = nameOf(element);
  const choice = choices.find((one) => one.name.test(name));
  if (choice === undefined) return null;
  const named = (names: readonly string[]): ts.JsxAttribute | undefined =>
    names.map((one) => attributes.get(one)).find((one) => one !== undefined);
  const condition = expressionOf(named(choice.condition));
  if (condition === null) return null;
  const holds = truth(condition);
  const others = [...attributes.values()].filter((one) => one !== named(choice.condition));
  const known = [...choice.shown, ...choice.otherwise];
  const isPlain = others.every((one) => known.includes(one.name.getText()));
  if (holds === null || !isPlain || !purity.isPure(condition)) return null;
  if (!holds) return rendered(expressionOf(named(choice.otherwise))) ?? 'nothing';
  const shown = named(choice.shown);
  return shown === undefined ? 'children' : rendered(expressionOf(shown));
}

/** Whether an attribute is the condition of such a component: only whether it holds matters. */
export function isChoosing(attribute: ts.JsxAttribute): boolean {
  const element = attribute.parent.parent;
  const choice = choices.find((one) => one.name.test(element.tagName.getText()));
  return choice?.condition.includes(attribute.name.getText()) === true;
}

/** A part that is given as a function without parameters is rendered by calling it. */
function rendered(node: ts.Expression | null): ts.Expression | null {
  if (node === null || !ts.isArrowFunction(node)) return node;
  return node.parameters.length === 0 && !ts.isBlock(node.body) ? node.body : null;
}

function attributesOf(element: Element): ReadonlyMap<string, ts.JsxAttribute> | null {
  const { properties } = ts.isJsxElement(element) ? element.openingElement.attributes : element.attributes;
  const found = new Map<string, ts.JsxAttribute>();
  for (const one of properties) {
    if (!ts.isJsxAttribute(one)) return null;
    found.set(one.name.getText(), one);
  }
  return found;
}

const nameOf = (element: Element): string => (ts.isJsxElement(element) ? element.openingElement : element).tagName.getText();

function expressionOf(attribute: ts.JsxAttribute | undefined): ts.Expression | null {
  const value = attribute?.initializer;
  if (value === undefined) return null;
  return ts.isJsxExpression(value) ? (value.expression ?? null) : value;
}
