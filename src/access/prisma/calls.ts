/**
 * Finds Prisma queries: `<client>.<delegate>.<method>(args)`.
 * Input: a module and the databases' Prisma schemas. Output: PrismaCall[]; a delegate that several schemas have gives one per schema.
 */
import { enclosingClass } from '../../code/functions.ts';
import { keyName, unwrap, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { resolveValue, stringOf } from '../../code/values.ts';
import type { PrismaModel, PrismaSchema } from '../../parse/prisma.ts';
import { choicesOf } from '../choices.ts';
import { nearest } from '../nearest.ts';
import type { AccessContext, Confidence } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';
import { ARGUMENTS, METHODS, type Method, OTHER_ARGUMENTS } from './catalogue.ts';
import { clientCertainty, clientHome } from './clients.ts';

export interface PrismaCall {
  readonly database: string;
  readonly schema: PrismaSchema;
  readonly model: PrismaModel;
  readonly method: Method;
  /** The method's own name. */
  readonly name: string;
  /** `prisma.user.findMany`, for people. */
  readonly operation: string;
  readonly confidence: Extract<Confidence, 'high' | 'medium'>;
  readonly args: Source | null;
  /** The client the query goes through. */
  readonly client: Source;
  /** Where the delegate is written. */
  readonly delegate: Source;
  readonly node: Node;
}

/** Per context, because the schema and the loaded modules differ between revisions and rounds. */
const found = new WeakMap<AccessContext, Map<Node, readonly PrismaCall[]>>();

/** The queries a call expression makes; empty for every other call. */
export function prismaCallOf(node: Node, module: Module, context: AccessContext): readonly PrismaCall[] {
  if (node.type !== 'CallExpression') return [];
  const known = found.get(context) ?? new Map<Node, readonly PrismaCall[]>();
  found.set(context, known);
  const calls = known.get(node) ?? findCall(node, module, context);
  known.set(node, calls);
  return calls;
}

function findCall(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): readonly PrismaCall[] {
  const callee = unwrap(node.callee);
  const methodName = callee.type === 'MemberExpression' ? keyName(callee) : null;
  const method = methodName === null ? undefined : METHODS.get(methodName);
  if (callee.type !== 'MemberExpression' || !method || methodName === null) return [];
  const first = node.arguments[0];
  const args = first && first.type !== 'SpreadElement' ? { node: first, module } : null;
  return delegatesOf({ node: unwrapAwait(callee.object), module }, context).flatMap((reached) =>
    callsOf(reached, { method, name: methodName, args, node }, context),
  );
}

function callsOf(
  reached: Delegate,
  call: Pick<PrismaCall, 'method' | 'name' | 'args' | 'node'>,
  context: AccessContext,
): readonly PrismaCall[] {
  const owners = context.databases.flatMap((d) => {
    const model = d.prisma?.delegates.get(reached.name);
    return d.prisma && model ? [{ database: d.id, schema: d.prisma, model }] : [];
  });
  if (owners.length === 0) return [];
  const certainty = clientCertainty(reached.receiver, context.modules);
  if (!certainty || (call.args && !looksLikeArguments(call.args, context))) return [];
  const home = owners.length > 1 ? clientHome(reached.receiver, context.modules) : null;
  return (home === null ? owners : nearest(owners, (o) => o.database, home)).map((o) => ({
    ...o,
    ...call,
    operation: `prisma.${reached.name}.${call.name}`,
    confidence: certainty,
    client: reached.receiver,
    delegate: reached.at,
  }));
}

interface Delegate {
  readonly name: string;
  readonly receiver: Source;
  readonly at: Source;
}

/** One delegate, or each of those that `prisma[model]` can be. */
function delegatesOf(source: Source, context: AccessContext): readonly Delegate[] {
  const one = delegateOf(source, context);
  const { node, module } = source;
  if (one || node.type !== 'MemberExpression' || !node.computed) return one ? [one] : [];
  const names = choicesOf({ node: node.property, module }, context.modules) ?? [];
  return names.map((name) => ({ name, receiver: { node: node.object, module }, at: { node: node.property, module } }));
}

/** `<receiver>.<delegate>`, written there or kept in a constant before. */
function delegateOf(source: Source, context: AccessContext): Delegate | null {
  const { node, module } = source;
  if (node.type === 'MemberExpression') {
    const name = keyName(node) ?? stringOf(node.property, module, context.modules);
    const kept = node.object.type === 'ThisExpression' && name !== null ? fieldValue(node, name, module) : null;
    if (kept?.type === 'MemberExpression') return delegateOf({ node: kept, module }, context);
    return name === null ? null : { name, receiver: { node: node.object, module }, at: { node: node.property, module } };
  }
  if (node.type !== 'Identifier') return null;
  const binding = module.binding(node);
  if (binding?.kind === 'variable' && binding.init && binding.path.length === 1) {
    return { name: binding.path[0] ?? '', receiver: { node: binding.init, module }, at: source };
  }
  // A client is made by a call, so its members resolve to nothing: what is written is what counts.
  const written = binding?.kind === 'variable' && binding.init && binding.path.length === 0 ? unwrapAwait(binding.init) : null;
  const resolved = written?.type === 'MemberExpression' ? { node: written, module } : resolveValue(node, module, context.modules);
  const value = resolved ? unwrapAwait(resolved.node) : null;
  if (!resolved || value?.type !== 'MemberExpression') return null;
  const name = keyName(value);
  return name === null ? null : { name, receiver: { node: value.object, module: resolved.module }, at: source };
}

/** What a class writes down for one of its fields: `private readonly people = prisma.user`. */
function fieldValue(at: Node, name: string, module: Module): Node | null {
  const members = enclosingClass(at, module)?.body.body ?? [];
  const field = members.find((m) => m.type === 'PropertyDefinition' && keyName(m) === name);
  return field?.type === 'PropertyDefinition' && field.value ? unwrapAwait(field.value) : null;
}

/** An HTTP client has the same shape but not the same argument keys. */
function looksLikeArguments(args: Source, context: AccessContext): boolean {
  if (unwrap(args.node).type !== 'ObjectExpression') return true;
  const { entries } = entriesOf(args, context.modules);
  return entries.length === 0 || entries.some((e) => ARGUMENTS.has(e.key) || OTHER_ARGUMENTS.has(e.key));
}
