/**
 * Whether an expression is a Prisma client, so that `prisma.user.create` is a query and `api.client.user.create` is not.
 * Input: the receiver of a delegate. Output: how sure, or null for anything that is known or likely to be something else.
 */
import { enclosingFunction } from '../../code/functions.ts';
import { isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Binding, Module, Modules, Node } from '../../code/types.ts';
import { originOf } from '../../code/values.ts';
import type { Confidence } from '../types.ts';
import { entriesOf, functionOf, returnsOf, type Source } from '../values.ts';

type Certainty = Extract<Confidence, 'high' | 'medium'> | null;

/** Names people give clients and transactions. The strong ones say Prisma, the weak ones only a database. */
const STRONG = /prisma/i;
const WEAK =
  /^[#_$]*(?:db(?:[A-Z_]\w*)?|tx|trx|transaction|database|orm|\$?replica|reader|writer|(?:db|database|tx|trx)(?:client|conn|connection)?|client(?:or)?tx|(?:read|write|reader|writer|primary|replica|ro|rw)(?:client|db|only)?|\w*(?:Db|DB|Tx|Trx|Replica))$/;
const CLIENT_TYPE = /typeof \w*[pP]risma|Prisma|TransactionClient|\bDbClient|DatabaseClient/;
const MAX_DEPTH = 6;

const byName = (name: string | null): Certainty => (name === null ? null : STRONG.test(name) ? 'high' : WEAK.test(name) ? 'medium' : null);
const better = (a: Certainty, b: Certainty): Certainty => (a === 'high' || b === 'high' ? 'high' : (a ?? b));

/** How surely `source` is a Prisma client (or a transaction of one); null: it is not. */
export function clientCertainty(source: Source, modules: Modules, depth = 0): Certainty {
  if (depth > MAX_DEPTH) return null;
  const node = unwrapAwait(source.node);
  const { module } = source;
  const go = (next: Node): Certainty => clientCertainty({ node: next, module }, modules, depth + 1);
  switch (node.type) {
    case 'LogicalExpression':
      return better(go(node.left), go(node.right));
    case 'ConditionalExpression':
      return better(go(node.consequent), go(node.alternate));
    case 'AssignmentExpression':
      return go(node.right);
    case 'NewExpression':
      return makesClient(node, module) ? 'high' : null;
    case 'CallExpression':
      return callCertainty(node, source, modules, depth);
    case 'Identifier':
      return identifierCertainty(node, source, modules, depth);
    case 'MemberExpression':
      return memberCertainty(node, source, modules, depth);
    default:
      return null;
  }
}

/** `new PrismaClient()`, also under another name: `import { PrismaClient as PC } from '../generated/prisma'`. */
function makesClient({ callee }: Extract<Node, { type: 'NewExpression' }>, module: Module): boolean {
  const binding = callee.type === 'Identifier' ? module.binding(callee) : null;
  return (
    STRONG.test(module.text.slice(callee.start, callee.end)) ||
    (binding?.kind === 'import' && /^(?:default|.*Client)$/.test(binding.imported) && STRONG.test(`${binding.imported} ${binding.source}`))
  );
}

/** `prisma.$extends(…)`, `getDbClient(tx)`, `singleton('prisma', () => new PrismaClient())`. */
function callCertainty(node: Extract<Node, { type: 'CallExpression' }>, { module }: Source, modules: Modules, depth: number): Certainty {
  const callee = unwrapAwait(node.callee);
  if (callee.type === 'MemberExpression' && /^\$(?:extends|on|use|replica|primary|transaction)$/.test(keyName(callee) ?? '')) {
    return clientCertainty({ node: callee.object, module }, modules, depth + 1);
  }
  const target = functionOf({ node: callee, module }, modules);
  for (const returned of target ? returnsOf(target) : []) {
    const certainty = clientCertainty(returned, modules, depth + 1);
    if (certainty) return certainty;
  }
  for (const argument of node.arguments) {
    if (!isFunction(argument)) continue;
    for (const returned of returnsOf({ node: argument, module }))
      if (clientCertainty(returned, modules, depth + 1) === 'high') return 'high';
  }
  const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? keyName(callee) : null;
  return target && returnsOf(target).some((r) => isOther(r)) ? null : byName(name?.replace(/^(?:get|use|create|make|with)/, '') ?? null);
}

/** A value that is plainly something other than a client. */
function isOther({ node, module }: Source): boolean {
  const value = unwrapAwait(node);
  if (value.type === 'ObjectExpression') return !value.properties.some((p) => p.type === 'SpreadElement');
  return value.type === 'NewExpression' && !STRONG.test(module.text.slice(value.callee.start, value.callee.end));
}

function identifierCertainty(node: Extract<Node, { type: 'Identifier' }>, source: Source, modules: Modules, depth: number): Certainty {
  const binding = source.module.binding(node);
  if (!binding) return byName(node.name);
  if (binding.kind === 'parameter') return parameterCertainty(node.name, binding, source, modules, depth);
  const annotated = binding.kind === 'variable' ? annotationCertainty(binding.annotation, source) : null;
  if (annotated !== null) return annotated === 'no' ? null : annotated;
  if (binding.kind === 'variable' && binding.init && binding.path.length === 0) {
    const certainty = clientCertainty({ node: binding.init, module: source.module }, modules, depth + 1);
    if (certainty) return certainty;
    return isOther({ node: binding.init, module: source.module }) ? null : byName(node.name);
  }
  return importedCertainty(node, source, modules, depth);
}

function importedCertainty(node: Extract<Node, { type: 'Identifier' }>, source: Source, modules: Modules, depth: number): Certainty {
  const origin = originOf(node, source.module, modules);
  if (origin?.kind === 'package')
    return STRONG.test(origin.source) || /database|\bdb\b/i.test(origin.source)
      ? (byName(node.name) ?? (STRONG.test(origin.source) ? 'medium' : null))
      : byName(node.name) === 'high'
        ? 'medium'
        : null;
  if (origin?.kind === 'local' && origin.node !== node) {
    const certainty = clientCertainty({ node: origin.node, module: origin.module }, modules, depth + 1);
    if (certainty) return certainty;
    if (isOther({ node: origin.node, module: origin.module })) return null;
  }
  return byName(node.name);
}

/** `tx` of `$transaction(async (tx) => …)`, a parameter typed as a client, or one whose default is a client. */
function parameterCertainty(
  name: string,
  binding: Extract<Binding, { kind: 'parameter' }>,
  source: Source,
  modules: Modules,
  depth: number,
): Certainty {
  const annotated = annotationCertainty(binding.annotation, source);
  if (annotated !== null && binding.path.length === 0) return annotated === 'no' ? null : annotated;
  const call = source.module.parent(binding.owner);
  if (call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && keyName(call.callee) === '$transaction') {
    return clientCertainty({ node: call.callee.object, module: source.module }, modules, depth + 1) ?? 'medium';
  }
  const parameter = isFunction(binding.owner) ? binding.owner.params[binding.index] : undefined;
  if (parameter?.type === 'AssignmentPattern' && binding.path.length === 0) {
    const certainty = clientCertainty({ node: parameter.right, module: source.module }, modules, depth + 1);
    if (certainty) return certainty;
  }
  return byName(binding.path.at(-1) ?? name);
}

/** What a type annotation says: a client, surely something else (`no`), or nothing. */
function annotationCertainty(annotation: Node | null, { module }: Source): Certainty | 'no' {
  if (!annotation) return null;
  const text = module.text.slice(annotation.start, annotation.end);
  if (CLIENT_TYPE.test(text)) return 'high';
  return /Http|Api|Sdk|Axios|Fetch|Redis|Mongo|ClickHouse|Supabase/i.test(text) ? 'no' : null;
}

/** `this.prisma`, `ctx.db`, `prisma.$replica`, `this.#tx`. */
function memberCertainty(node: Extract<Node, { type: 'MemberExpression' }>, source: Source, modules: Modules, depth: number): Certainty {
  const name = keyName(node);
  if (name === null) return null;
  if (name === '$replica' || name === '$primary')
    return clientCertainty({ node: node.object, module: source.module }, modules, depth + 1) ?? 'medium';
  if (node.object.type === 'ThisExpression') {
    const declared = fieldCertainty(name, node, source, modules, depth);
    return declared === 'no' ? null : (declared ?? byName(name));
  }
  const origin = originOf(node, source.module, modules);
  if (origin?.kind === 'local' && origin.node !== node) {
    const certainty = clientCertainty({ node: origin.node, module: origin.module }, modules, depth + 1);
    if (certainty) return certainty;
    if (isOther({ node: origin.node, module: origin.module })) return null;
  }
  const held = entriesOf({ node: node.object, module: source.module }, modules).entries.filter((e) => e.key === name);
  for (const { value } of held) {
    const certainty = clientCertainty(value, modules, depth + 1);
    if (certainty) return certainty;
  }
  return byName(name) ?? (name === 'client' ? clientCertainty({ node: node.object, module: source.module }, modules, depth + 1) : null);
}

/** What the class says of one of its fields: a property, a constructor parameter property, or an assignment in the constructor. */
function fieldCertainty(name: string, at: Node, source: Source, modules: Modules, depth: number): Certainty | 'no' {
  const { module } = source;
  let body: Node | null = at;
  while (body && body.type !== 'ClassBody') body = module.parent(body);
  if (body?.type !== 'ClassBody') return null;
  for (const member of body.body) {
    if (member.type === 'PropertyDefinition' && keyName(member) === name) {
      const annotated = annotationCertainty(member.typeAnnotation ?? null, source);
      if (annotated !== null) return annotated;
      if (member.value) return clientCertainty({ node: member.value, module }, modules, depth + 1);
    }
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') continue;
    const declared = constructorField(member.value, name, source, modules, depth);
    if (declared !== null) return declared;
  }
  return null;
}

function constructorField(made: Node, name: string, source: Source, modules: Modules, depth: number): Certainty | 'no' {
  const { module } = source;
  if (!isFunction(made)) return null;
  for (const parameter of made.params) {
    if (parameter.type !== 'TSParameterProperty') continue;
    const inner = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter;
    if (inner.type !== 'Identifier' || inner.name !== name) continue;
    return annotationCertainty(inner.typeAnnotation ?? null, source);
  }
  for (const assignment of module.nodes('AssignmentExpression')) {
    const left = assignment.left;
    if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression' || keyName(left) !== name) continue;
    if (enclosingFunction(assignment, module) === made) return clientCertainty({ node: assignment.right, module }, modules, depth + 1);
  }
  return null;
}

/** The `new PrismaClient(…)` behind a receiver, as far as it is written down in the repository. */
function constructionOf(source: Source, modules: Modules, depth = 0): Source | null {
  if (depth > MAX_DEPTH) return null;
  const node = unwrapAwait(source.node);
  const { module } = source;
  const first = (...next: readonly Source[]): Source | null =>
    next.reduce<Source | null>((found, s) => found ?? constructionOf(s, modules, depth + 1), null);
  if (node.type === 'NewExpression') return makesClient(node, module) ? { node, module } : null;
  if (node.type === 'LogicalExpression') return first({ node: node.left, module }, { node: node.right, module });
  if (node.type === 'CallExpression') {
    const callee = unwrapAwait(node.callee);
    if (callee.type === 'MemberExpression' && keyName(callee)?.startsWith('$')) return first({ node: callee.object, module });
    const target = functionOf({ node: callee, module }, modules);
    return first(
      ...(target ? returnsOf(target) : []),
      ...node.arguments.flatMap((a) => (isFunction(a) ? returnsOf({ node: a, module }) : [])),
    );
  }
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  const call = binding?.kind === 'parameter' ? module.parent(binding.owner) : null;
  if (call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && keyName(call.callee) === '$transaction')
    return first({ node: call.callee.object, module });
  const origin = originOf(node, module, modules);
  return origin?.kind === 'local' && origin.node !== node ? first({ node: origin.node, module: origin.module }) : null;
}

/** The options object a client was made with: `new PrismaClient({ omit: … })`. */
export function clientOptions(source: Source, modules: Modules): Source | null {
  const made = constructionOf(source, modules);
  const first = made?.node.type === 'NewExpression' ? made.node.arguments[0] : undefined;
  return made && first ? { node: first, module: made.module } : null;
}

/** Where the client comes from: the file of its class, or the file that makes it; null where that is not in the repository. */
export function clientHome(source: Source, modules: Modules): string | null {
  const made = constructionOf(source, modules);
  const named = made?.node.type === 'NewExpression' ? unwrapAwait(made.node.callee) : typeNameOf(source);
  const { module } = made ?? source;
  const binding = named?.type === 'Identifier' ? module.binding(named) : null;
  const file = binding?.kind === 'import' ? modules.resolve(binding.source, module.path) : null;
  return file ?? made?.module.path ?? null;
}

/** `PrismaClient` of a parameter `client: PrismaClient`. */
function typeNameOf({ node, module }: Source): Node | null {
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  const annotation = binding?.kind === 'parameter' || binding?.kind === 'variable' ? binding.annotation : null;
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : annotation;
  return type?.type === 'TSTypeReference' ? type.typeName : null;
}
