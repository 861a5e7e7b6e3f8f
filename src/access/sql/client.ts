/**
 * What an SQL text is sent through: the packages its client is made of, and the variable of the environment that holds
 * the address. Input: the receiver of a query. Output: Client, as far as it can be followed through the files.
 */
import { enclosingClass } from '../../code/functions.ts';
import { isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf } from '../../code/values.ts';
import { functionOf, returnsOf, type Source } from '../values.ts';

export interface Client {
  readonly packages: ReadonlySet<string>;
  /** Names of variables of the environment that its address is read from. */
  readonly variables: ReadonlySet<string>;
  /** Files it is made in. */
  readonly files: ReadonlySet<Module>;
}

interface Trace {
  readonly modules: Modules;
  readonly packages: Set<string>;
  readonly variables: Set<string>;
  readonly files: Set<Module>;
  readonly seen: Set<Node>;
}

const MAX_DEPTH = 8;
const FROM_ENVIRONMENT = /\b(?:process\.env|import\.meta\.env|env|\w*Env)(?:\.|\[['"])([A-Z][A-Z0-9_]+)\b/g;

/** Variables of the environment that a text reads. */
export const variablesIn = (text: string): string[] => [...text.matchAll(FROM_ENVIRONMENT)].flatMap(([, name]) => name ?? []);

/** The client a receiver is, or is made with. */
export function clientOf(receiver: Source, modules: Modules): Client {
  const trace: Trace = { modules, packages: new Set(), variables: new Set(), files: new Set(), seen: new Set() };
  follow(receiver, trace, 0);
  return trace;
}

function follow(source: Source, trace: Trace, depth: number): void {
  const node = unwrapAwait(source.node);
  const { module } = source;
  if (depth > MAX_DEPTH || trace.seen.has(node)) return;
  trace.seen.add(node);
  if (node.type === 'CallExpression' || node.type === 'NewExpression') followCall(node, module, trace, depth);
  if (node.type === 'LogicalExpression') for (const side of [node.left, node.right]) follow({ node: side, module }, trace, depth + 1);
  if (node.type === 'AssignmentExpression') follow({ node: node.right, module }, trace, depth + 1);
  if (node.type === 'MemberExpression' && node.object.type === 'ThisExpression') followField(node, module, trace, depth);
  else if (node.type === 'Identifier' || node.type === 'MemberExpression') followName(node, module, trace, depth);
}

function followName(node: Extract<Node, { type: 'Identifier' | 'MemberExpression' }>, module: Module, trace: Trace, depth: number): void {
  const origin = originOf(node, module, trace.modules);
  if (origin?.kind === 'package') trace.packages.add(origin.source);
  else if (origin && origin.node.type !== 'Identifier') follow({ node: origin.node, module: origin.module }, trace, depth + 1);
  else if (origin) followVariable(origin.node, origin.module, trace, depth);
  else if (node.type === 'MemberExpression') follow({ node: node.object, module }, trace, depth + 1);
}

/** `new Pool({ connectionString: process.env.X })`, `drizzle(pool)`, `pool.connect()`, `getClient()`. */
function followCall(node: Extract<Node, { type: 'CallExpression' | 'NewExpression' }>, module: Module, trace: Trace, depth: number): void {
  const callee = unwrapAwait(node.callee);
  const target = functionOf({ node: callee, module }, trace.modules);
  if (target) for (const returned of returnsOf(target)) follow(returned, trace, depth + 1);
  else follow({ node: callee, module }, trace, depth + 1);
  for (const argument of node.arguments) {
    if (isFunction(argument)) continue;
    addVariables(argument, module, trace);
    if (argument.type === 'Identifier' || argument.type === 'NewExpression') follow({ node: argument, module }, trace, depth + 1);
    const origin = argument.type === 'Identifier' ? originOf(argument, module, trace.modules) : null;
    if (origin?.kind === 'local') addVariables(origin.node, origin.module, trace);
  }
}

function addVariables(node: Node, module: Module, trace: Trace): void {
  if (isFunction(node) || node.end - node.start > 400) return;
  for (const name of variablesIn(module.text.slice(node.start, node.end))) {
    trace.variables.add(name);
    trace.files.add(module);
  }
}

/** A parameter or a variable: what it is typed as, and everything it is given. */
function followVariable(name: Node, module: Module, trace: Trace, depth: number): void {
  const binding = module.binding(name);
  if (binding?.kind !== 'variable' && binding?.kind !== 'parameter') return;
  if (binding.annotation) followType(binding.annotation, module, trace);
  if (binding.kind === 'variable') for (const write of binding.writes) if (write) follow({ node: write, module }, trace, depth + 1);
}

/** `ClickHouseClient` of `client: ClickHouseClient`, by the package the type is imported from. */
function followType(annotation: Node, module: Module, trace: Trace): void {
  for (const { typeName } of module.nodes('TSTypeReference')) {
    if (typeName.start < annotation.start || typeName.end > annotation.end || typeName.type !== 'Identifier') continue;
    const origin = originOf(typeName, module, trace.modules);
    if (origin?.kind === 'package') trace.packages.add(origin.source);
  }
}

/** `this.client`: the field's value and type, or the constructor's parameter of that name. */
function followField(node: Extract<Node, { type: 'MemberExpression' }>, module: Module, trace: Trace, depth: number): void {
  const name = keyName(node);
  const body = enclosingClass(node, module)?.body.body ?? [];
  for (const member of body) {
    if (member.type === 'PropertyDefinition' && keyName(member) === name) {
      if (member.typeAnnotation) followType(member.typeAnnotation, module, trace);
      if (member.value) follow({ node: member.value, module }, trace, depth + 1);
    }
    if (member.type === 'MethodDefinition' && member.kind === 'constructor') followConstructor(member.value, name, module, trace, depth);
  }
}

function followConstructor(made: Node, name: string | null, module: Module, trace: Trace, depth: number): void {
  const isInside = (n: Node): boolean => n.start >= made.start && n.end <= made.end;
  for (const { parameter } of module.nodes('TSParameterProperty')) {
    if (isInside(parameter) && parameter.type === 'Identifier' && parameter.name === name) followVariable(parameter, module, trace, depth);
  }
  for (const { left, right } of module.nodes('AssignmentExpression')) {
    if (isInside(left) && left.type === 'MemberExpression' && left.object.type === 'ThisExpression' && keyName(left) === name)
      follow({ node: right, module }, trace, depth + 1);
  }
}
