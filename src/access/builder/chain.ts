/**
 * Method chains: `db('t').select('a').where(…)` as what it begins with and its steps in the order they are called.
 * Pure; every chain is taken apart in one walk.
 */
import { type CallNode, keyName, unwrap, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';

export interface Step {
  readonly name: string;
  readonly call: CallNode;
  readonly args: readonly Node[];
  readonly module: Module;
}

export interface Chain {
  /** What the first step is called on. */
  readonly base: Node;
  readonly steps: readonly Step[];
  /** The whole expression. */
  readonly node: CallNode;
  readonly module: Module;
}

export type IsMethod = (name: string) => boolean;

/** The method a call is of, where it is one of a builder's. */
export function methodOf(call: CallNode, isMethod: IsMethod): string | null {
  const callee = unwrap(call.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  return name !== null && isMethod(name) ? name : null;
}

/** The chain that ends in this call. */
export function chainAt(node: CallNode, module: Module, isMethod: IsMethod): Chain {
  const steps: Step[] = [];
  let base: Node = node;
  while (base.type === 'CallExpression') {
    const name = methodOf(base, isMethod);
    const callee = unwrap(base.callee);
    if (name === null || callee.type !== 'MemberExpression') break;
    steps.push({ name, call: base, args: base.arguments, module });
    base = unwrapAwait(callee.object);
  }
  return { base, steps: steps.reverse(), node, module };
}

/** The call of a further step on this expression; null where the chain ends here. */
export function nextCall(node: Node, module: Module, isMethod: IsMethod): CallNode | null {
  let inner = node;
  let parent = module.parent(inner);
  while (parent !== null && unwrap(parent) !== parent && unwrap(parent) === unwrap(inner)) {
    inner = parent;
    parent = module.parent(inner);
  }
  if (parent?.type !== 'MemberExpression' || parent.object !== inner) return null;
  let callee: Node = parent;
  let call = module.parent(callee);
  while (call !== null && call.type !== 'CallExpression' && unwrap(call) === parent) {
    callee = call;
    call = module.parent(callee);
  }
  return call?.type === 'CallExpression' && call.callee === callee && methodOf(call, isMethod) !== null ? call : null;
}

/** The whole chain that an expression is the beginning of. */
export function wholeChain(node: Node, module: Module, isMethod: IsMethod): CallNode | null {
  let last: CallNode | null = node.type === 'CallExpression' ? node : null;
  for (let next = nextCall(node, module, isMethod); next !== null; next = nextCall(next, module, isMethod)) last = next;
  return last;
}

/** Every chain of a file, whole; a call without steps where `begins` says that it is a query. */
export function chainsIn(module: Module, isMethod: IsMethod, begins: (call: CallNode) => boolean): readonly Chain[] {
  return module.nodes('CallExpression').flatMap((call) => {
    if (methodOf(call, isMethod) === null && !begins(call)) return [];
    return nextCall(call, module, isMethod) === null ? [chainAt(call, module, isMethod)] : [];
  });
}

/** The step whose argument an expression stands in, however deep; null outside of any. */
export function stepAround(node: Node, module: Module, isMethod: IsMethod): { readonly step: Step; readonly argument: Node } | null {
  let inner = node;
  for (let up = module.parent(node); up !== null; inner = up, up = module.parent(up)) {
    if (up.type === 'MethodDefinition' || up.type === 'FunctionDeclaration') return null;
    if (up.type !== 'CallExpression' || up.callee === inner) continue;
    const name = methodOf(up, isMethod);
    if (name !== null) return { step: { name, call: up, args: up.arguments, module }, argument: inner };
  }
  return null;
}
