/**
 * Queries that are built in several places: in chains, in variables that steps are added to, in fields of a class, in
 * functions that return them, in callbacks and functions that are handed one. Input: what one layer says of its steps.
 * Output: for an expression, everything that is done to the query it holds: its tables, those around it, its steps.
 * Invariants: each expression is looked at once; circles end; nothing is followed into what is not a builder.
 */
import { enclosingClass } from '../../code/functions.ts';
import { type CallNode, type FunctionNode, isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { functionOf, returnsOf, type Source } from '../values.ts';
import { type Chain, chainAt, chainsIn, type IsMethod, type Step, stepAround, wholeChain } from './chain.ts';
import type { Relation, Scope } from './scope.ts';

/** What one builder library says of itself. */
export interface BuilderSyntax {
  readonly isMethod: IsMethod;
  /** The relations of a call that begins a query and is no step: `db('t')`; null for every other call. */
  begins(call: CallNode, module: Module): readonly Relation[] | null;
  /** The relations a step adds to its query. */
  introduces(step: Step, chain: Chain): readonly Relation[];
  /** Whether the query begins with this step although it is called on another one's builder. */
  restarts?(step: Step): boolean;
  /** Whether a member of a builder, or what is taken out of it, stands for the builder: `eb.fn`, `({ ref }) => …`. */
  isPartOf?(member: string): boolean;
  /** What the callback at that place of a step is handed: the same query, a query inside it, or something else. */
  hands(step: Step, argument: Node): 'same' | 'inner' | null;
}

/** Everything that is known of one query. */
export interface Shape extends Scope {
  readonly steps: readonly Step[];
}

export interface Queries {
  readonly chains: readonly Chain[];
  /** What is done to the query an expression holds. */
  of(source: Source): Shape;
}

const NOTHING: Shape = { relations: [], outer: [], steps: [] };
const MAX_DEPTH = 12;

const together = (shapes: readonly Shape[]): Shape => {
  const some = shapes.filter((shape) => shape !== NOTHING);
  if (some.length < 2) return some[0] ?? NOTHING;
  return {
    relations: [...new Set(some.flatMap((s) => s.relations))],
    outer: [...new Set(some.flatMap((s) => s.outer))],
    steps: [...new Set(some.flatMap((s) => s.steps))],
  };
};

/** The queries of one file, followed into the others. */
export function makeQueries(module: Module, modules: Modules, syntax: BuilderSyntax): Queries {
  const { isMethod } = syntax;
  const known = new Map<Node, Shape>();

  const shapeOf = (source: Source, depth: number): Shape => {
    const node = unwrapAwait(source.node);
    const before = known.get(node);
    if (before) return before;
    if (depth > MAX_DEPTH) return NOTHING;
    known.set(node, NOTHING);
    const shape = find({ node, module: source.module }, depth);
    known.set(node, shape);
    return shape;
  };

  const find = (source: Source, depth: number): Shape => {
    const { node, module: within } = source;
    const go = (next: Node): Shape => shapeOf({ node: next, module: within }, depth + 1);
    switch (node.type) {
      case 'CallExpression':
        return ofCall(node, within, depth);
      case 'Identifier':
        return ofName(node, within, depth);
      case 'MemberExpression':
        if (node.object.type === 'ThisExpression') return ofField(node, within, depth);
        return syntax.isPartOf?.(keyName(node) ?? '') ? go(node.object) : NOTHING;
      case 'ThisExpression':
        return ofThis(node, within, depth);
      case 'ConditionalExpression':
        return together([go(node.consequent), go(node.alternate)]);
      case 'LogicalExpression':
        return together([go(node.left), go(node.right)]);
      case 'AssignmentExpression':
        return go(node.right);
      default:
        return NOTHING;
    }
  };

  const ofCall = (node: CallNode, within: Module, depth: number): Shape => {
    const chain = chainAt(node, within, isMethod);
    if (chain.steps.length > 0) {
      const base = shapeOf({ node: chain.base, module: within }, depth + 1);
      const isNew = chain.steps.some((step) => syntax.restarts?.(step));
      const before = isNew ? { ...NOTHING, outer: [...base.relations, ...base.outer] } : base;
      return together([before, ofSteps(chain), { ...NOTHING, outer: outerOf(node, within, depth) }]);
    }
    const begun = syntax.begins(node, within);
    if (begun) return { relations: begun, outer: outerOf(node, within, depth), steps: [] };
    const target = functionOf({ node: node.callee, module: within }, modules);
    return target ? together(returnsOf(target).map((r) => shapeOf(r, depth + 1))) : NOTHING;
  };

  const ofSteps = (chain: Chain): Shape => ({
    relations: chain.steps.flatMap((step) => syntax.introduces(step, chain)),
    outer: [],
    steps: chain.steps,
  });

  /** The relations of the query an expression is an argument of. */
  const outerOf = (node: Node, within: Module, depth: number): readonly Relation[] => {
    const around = stepAround(node, within, isMethod);
    if (!around || depth > MAX_DEPTH) return [];
    const whole = wholeChain(around.step.call, within, isMethod);
    if (whole === null) return [];
    const { relations, outer } = shapeOf({ node: whole, module: within }, depth + 1);
    return [...relations, ...outer];
  };

  /** Steps that are called on a name or field, wherever that is. */
  const ofUses = (uses: readonly Node[], within: Module): Shape =>
    together(
      uses.flatMap((use) => {
        const whole = wholeChain(use, within, isMethod);
        return whole === null || whole === use ? [] : [ofSteps(chainAt(whole, within, isMethod))];
      }),
    );

  const ofName = (node: Extract<Node, { type: 'Identifier' }>, within: Module, depth: number): Shape => {
    const binding = within.binding(node);
    if (binding?.kind === 'parameter') {
      const given =
        binding.path.length === 0 && isFunction(binding.owner) ? ofParameter(binding.owner, binding.index, within, depth) : NOTHING;
      return together([given, ofUses(within.references(node), within)]);
    }
    if (binding?.kind !== 'variable' || binding.path.length > 0) return NOTHING;
    const writes = binding.writes.flatMap((write) => (write ? [shapeOf({ node: write, module: within }, depth + 1)] : []));
    const shape = together(writes);
    return shape === NOTHING ? shape : together([shape, ofUses(within.references(node), within)]);
  };

  /** `this.query`: all that is assigned to the field, and the steps called on it. */
  const ofField = (node: Extract<Node, { type: 'MemberExpression' }>, within: Module, depth: number): Shape => {
    const name = keyName(node);
    const owner = enclosingClass(node, within);
    if (name === null || owner === null) return NOTHING;
    const isOwn = (n: Node): boolean => n.start >= owner.start && n.end <= owner.end;
    const uses = within.nodes('MemberExpression').filter((m) => m.object.type === 'ThisExpression' && keyName(m) === name && isOwn(m));
    const writes = uses.flatMap((use) => {
      const parent = within.parent(use);
      return parent?.type === 'AssignmentExpression' && parent.left === use ? [parent.right] : [];
    });
    const shape = together(writes.map((write) => shapeOf({ node: write, module: within }, depth + 1)));
    return shape === NOTHING ? shape : together([shape, ofUses(uses, within)]);
  };

  /** `this` of a callback is the query it is handed: `where(function () { this.where(…) })`. */
  const ofThis = (node: Node, within: Module, depth: number): Shape => {
    for (let up = within.parent(node); up !== null; up = within.parent(up)) {
      if (up.type === 'FunctionExpression')
        return within.parent(up)?.type === 'CallExpression' ? ofParameter(up, 0, within, depth) : NOTHING;
      if (up.type === 'FunctionDeclaration' || up.type === 'PropertyDefinition') return NOTHING;
    }
    return NOTHING;
  };

  const ofParameter = (owner: FunctionNode, index: number, within: Module, depth: number): Shape =>
    together([
      ofHanded(owner, owner, index, within, depth),
      ...namesOf(owner, within).map((use) => ofHanded(use, owner, index, within, depth)),
    ]);

  /** A function, or its name, in an argument's place of a step; or called with a query. */
  const ofHanded = (use: Node, owner: FunctionNode, index: number, within: Module, depth: number): Shape => {
    const parent = within.parent(use);
    if (parent?.type !== 'CallExpression') return NOTHING;
    if (parent.callee === use) {
      const argument = use === owner ? undefined : parent.arguments[index];
      return argument && argument.type !== 'SpreadElement' ? shapeOf({ node: argument, module: within }, depth + 1) : NOTHING;
    }
    const around = stepAround(use, within, isMethod);
    if (!around || around.step.call !== parent || index > 0) return NOTHING;
    const hands = syntax.hands(around.step, use);
    const whole = hands ? wholeChain(parent, within, isMethod) : null;
    if (!whole) return NOTHING;
    const shape = shapeOf({ node: whole, module: within }, depth + 1);
    return hands === 'same' ? { ...shape, steps: [] } : { ...NOTHING, outer: [...shape.relations, ...shape.outer] };
  };

  return { chains: chainsIn(module, isMethod, (call) => syntax.begins(call, module) !== null), of: (source) => shapeOf(source, 0) };
}

/** Where a function is named: by its variable or declaration, or as a member of its class. */
function namesOf(owner: FunctionNode, module: Module): readonly Node[] {
  const holder = module.parent(owner);
  if (owner.type === 'FunctionDeclaration') return owner.id ? module.references(owner.id) : [];
  if (holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier') return module.references(holder.id);
  if (holder?.type !== 'MethodDefinition' && holder?.type !== 'PropertyDefinition') return [];
  const name = keyName(holder);
  const className = enclosingClass(owner, module)?.id?.name;
  return module
    .nodes('MemberExpression')
    .filter(
      (m) => keyName(m) === name && (m.object.type === 'ThisExpression' || (m.object.type === 'Identifier' && m.object.name === className)),
    );
}
