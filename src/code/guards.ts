/**
 * Conditions that dominate a node: every path to it has passed them.
 * Input: a node and its module. Output: expressions with the truth they had, and switch subjects with their cases.
 * Invariants: sound, not complete (what is unclear is left out); conditions around the place where a function is made
 * hold inside it, except those a hoisted declaration can be called before; nothing here knows what a condition means.
 */
import { afterwards } from './afterwards.ts';
import { completesAll, isHoisted, isTrue } from './flow.ts';
import type { CallNode } from './syntax.ts';
import type { Module, Node } from './types.ts';

export { scopeName } from './functions.ts';

export type Condition =
  /** The test was truthy (or falsy). */
  | { readonly kind: 'test'; readonly test: Node; readonly truth: boolean }
  /** The subject was `===` to one of these (or to none of them). */
  | { readonly kind: 'case'; readonly subject: Node; readonly anyOf: readonly Node[]; readonly equal: boolean }
  /** The call has returned, and not thrown; `awaited`: what it promised, too. */
  | { readonly kind: 'returned'; readonly call: CallNode; readonly awaited: boolean };

/** A region of code and the condition under which alone it runs. */
export interface Region {
  readonly condition: Condition;
  readonly start: number;
  readonly end: number;
}

/** The conditions that hold wherever the node runs, innermost first. `within`: stop at this ancestor. */
export function conditionsOf(node: Node, module: Module, within: Node | null = null): Condition[] {
  const found: Condition[] = [];
  let current = node;
  for (let parent = module.parent(current); parent !== null && current !== within; parent = module.parent(current)) {
    found.push(...entering(current, parent, module));
    const siblings = siblingsIn(parent);
    if (siblings !== null && !isHoisted(current)) found.push(...passed(siblings, current, module));
    current = parent;
  }
  return found;
}

/** Every region of a module that runs only under a condition, in source order. */
export function regionsOf(module: Module): Region[] {
  const found: Region[] = [];
  const add = (node: Node | null | undefined, condition: Condition) => {
    if (node != null) found.push({ condition, start: node.start, end: node.end });
  };
  for (const node of module.nodes('IfStatement', 'ConditionalExpression')) {
    add(node.consequent, { kind: 'test', test: node.test, truth: true });
    add(node.alternate, { kind: 'test', test: node.test, truth: false });
  }
  for (const node of module.nodes('LogicalExpression')) {
    if (node.operator !== '??') add(node.right, { kind: 'test', test: node.left, truth: node.operator === '&&' });
  }
  for (const node of module.nodes('WhileStatement', 'ForStatement')) {
    if (node.test !== null) add(node.body, { kind: 'test', test: node.test, truth: true });
  }
  for (const node of module.nodes('SwitchCase')) {
    const first = node.consequent[0];
    const last = node.consequent.at(-1);
    const parent = module.parent(node);
    if (first === undefined || last === undefined || parent === null) continue;
    for (const condition of entering(first, node, module)) found.push({ condition, start: first.start, end: last.end });
  }
  for (const node of module.nodes('IfStatement', 'SwitchStatement')) found.push(...restAfter(node, module));
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** What follows an early exit in the same block runs only when the exit was not taken. */
function restAfter(statement: Node, module: Module): Region[] {
  const parent = module.parent(statement);
  const siblings = parent === null ? null : siblingsIn(parent);
  const next = siblings?.[siblings.indexOf(statement) + 1];
  const last = siblings?.at(-1);
  if (next === undefined || last === undefined) return [];
  return afterwards(statement, module).map((condition) => ({ condition, start: next.start, end: last.end }));
}

/** Conditions of stepping from a parent into one of its children. */
function entering(child: Node, parent: Node, module: Module): Condition[] {
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      if (child === parent.consequent) return [{ kind: 'test', test: parent.test, truth: true }];
      return child === parent.alternate ? [{ kind: 'test', test: parent.test, truth: false }] : [];
    case 'LogicalExpression':
      if (child !== parent.right || parent.operator === '??') return [];
      return [{ kind: 'test', test: parent.left, truth: parent.operator === '&&' }];
    case 'AssignmentExpression':
      if (child !== parent.right || (parent.operator !== '&&=' && parent.operator !== '||=')) return [];
      return [{ kind: 'test', test: parent.left, truth: parent.operator === '&&=' }];
    case 'WhileStatement':
      return child === parent.body ? [{ kind: 'test', test: parent.test, truth: true }] : [];
    case 'ForStatement':
      return parent.test !== null && (child === parent.body || child === parent.update)
        ? [{ kind: 'test', test: parent.test, truth: true }]
        : [];
    case 'SwitchCase':
      return child === parent.test ? [] : enteringCase(parent, module);
    default:
      return [];
  }
}

function enteringCase(entered: Extract<Node, { type: 'SwitchCase' }>, module: Module): Condition[] {
  const parent = module.parent(entered);
  if (parent?.type !== 'SwitchStatement') return [];
  const { cases, discriminant } = parent;
  const at = cases.indexOf(entered);
  // Empty cases before this one share its body; a body that runs on into it makes its entry unknown.
  let first = at;
  while (first > 0 && cases[first - 1]?.consequent.length === 0) first--;
  const previous = cases[first - 1];
  if (previous !== undefined && completesAll(previous.consequent, module)) return [];
  const group = cases.slice(first, at + 1);
  const tests = group.map((one) => one.test);
  if (tests.every((test) => test !== null)) return [matching(discriminant, tests)].flatMap((one) => one ?? []);
  // Entered by default (and maybe by cases that share the body): none of the others matched.
  const others = cases.filter((one) => !group.includes(one)).flatMap((one) => one.test ?? []);
  return isTrue(discriminant)
    ? others.map((test) => ({ kind: 'case', subject: test, anyOf: [discriminant], equal: false }))
    : others.length === 0
      ? []
      : [{ kind: 'case', subject: discriminant, anyOf: others, equal: false }];
}

function matching(discriminant: Node, tests: readonly Node[]): Condition | null {
  if (!isTrue(discriminant)) return { kind: 'case', subject: discriminant, anyOf: tests, equal: true };
  const only = tests.length === 1 ? tests[0] : undefined;
  return only === undefined ? null : { kind: 'case', subject: only, anyOf: [discriminant], equal: true };
}

/** The statements of a block, in the order they run; null for other nodes. */
function siblingsIn(parent: Node): readonly Node[] | null {
  if (parent.type === 'BlockStatement' || parent.type === 'Program' || parent.type === 'StaticBlock' || parent.type === 'TSModuleBlock')
    return parent.body;
  return parent.type === 'SwitchCase' ? parent.consequent : null;
}

function passed(siblings: readonly Node[], current: Node, module: Module): Condition[] {
  const found: Condition[] = [];
  for (const statement of siblings) {
    if (statement === current) break;
    found.push(...afterwards(statement, module));
  }
  return found.reverse();
}
