/**
 * Bucketing keys that are another one each time: random, a timestamp, the id of a request.
 * Input: the call of an evaluation, its module. Output: the first such key among what it passes, or its receiver was made with.
 * Invariant: only the places where SDKs take a key from count; an attribute beside it may be what it likes.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf, resolveValue, stringOf } from '../../code/values.ts';
import type { Misuse } from '../types.ts';

type Unstable = Extract<Misuse, { kind: 'unstable-key' }>;
type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

/** Properties of a context that SDKs bucket on. */
const keyNames: ReadonlySet<string> = new Set(
  (
    'key id targetingKey userId user_id userID sessionId session_id distinctId distinct_id identifier entityId subjectKey matchingKey ' +
    'bucketingKey deviceId device_id anonymousId identity'
  ).split(' '),
);
/** Properties that hold a context in turn. */
const nesting: ReadonlySet<string> = new Set(['user', 'context', 'custom', 'organization', 'company', 'device', 'customIDs', 'attributes']);

/** The unstable key an evaluation is made with. */
export function unstableKeyOf(call: Node, flagKey: string | null, module: Module, modules: Modules): Unstable | null {
  if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return null;
  for (const argument of argumentsOf(call, module, modules)) {
    if (flagKey !== null && stringOf(argument, module, modules) === flagKey) continue;
    for (const key of keysIn(argument, module, modules, 0)) {
      const unstable = unstableIn(key, module, modules, 0);
      if (unstable !== null)
        return {
          kind: 'unstable-key',
          ...unstable,
          text: module.text.slice(key.start, key.end).replace(/\s+/g, ' ').slice(0, 80),
          location: { file: module.path, ...module.span(key) },
        };
    }
  }
  return null;
}

/** What the call is given, and what its receiver was made with: `client.createUserContext(id).decide('k')`. */
function argumentsOf(call: Call, module: Module, modules: Modules): readonly Node[] {
  const receiver = call.callee.type === 'MemberExpression' ? unwrapAwait(call.callee.object) : null;
  const made = receiver?.type === 'Identifier' ? resolveValue(receiver, module, modules) : null;
  const source = made !== null && made.module === module ? unwrapAwait(made.node) : receiver;
  const own = source?.type === 'CallExpression' ? source.arguments : [];
  return [...call.arguments, ...own];
}

/** The expressions a context takes its keys from. */
function keysIn(start: Node, module: Module, modules: Modules, depth: number): readonly Node[] {
  const node = unwrapAwait(start);
  if (depth > 4) return [];
  if (node.type === 'ObjectExpression') {
    return node.properties.flatMap((property) => {
      if (property.type === 'SpreadElement')
        return keysIn(property.argument, module, modules, depth + 1).filter((one) => one !== property.argument);
      const name = keyName(property);
      if (name === null) return [];
      return keyNames.has(name) ? [property.value] : nesting.has(name) ? objectIn(property.value, module, modules, depth) : [];
    });
  }
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    const builder = builtBy(node);
    return builder === null ? [node] : builder.arguments.slice(0, 1);
  }
  const value = node.type === 'Identifier' ? resolveValue(node, module, modules) : null;
  const isObject = value !== null && value.module === module && unwrapAwait(value.node).type === 'ObjectExpression';
  return isObject ? keysIn(value.node, module, modules, depth + 1) : [node];
}

const objectIn = (node: Node, module: Module, modules: Modules, depth: number): readonly Node[] =>
  keysIn(node, module, modules, depth + 1).filter((one) => one !== node);

/** `new UserBuilder(id).withAttribute(…).build()`, `createUserContext(id)`: what is made of an id. */
function builtBy(start: Call): Call | null {
  let node: Node = start;
  while (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const object = unwrapAwait(node.callee.object);
    if (object.type !== 'CallExpression' && object.type !== 'NewExpression') break;
    node = object;
  }
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return null;
  const name = node.callee.type === 'Identifier' ? node.callee.name : keyName(node.callee);
  return name !== null && /User|Context|Identity|Target/.test(name) ? node : null;
}

type Source = Pick<Unstable, 'source' | 'isFallback'>;

const requestIds = /^(?:x-)?(?:request|req|trace|span|correlation)[-_]?id$|^traceparent$/i;

function unstableIn(start: Node, module: Module, modules: Modules, depth: number): Source | null {
  const node = unwrapAwait(start);
  const inside = (one: Node): Source | null => unstableIn(one, module, modules, depth + 1);
  if (depth > 8) return null;
  switch (node.type) {
    case 'TemplateLiteral':
      return first(node.expressions, inside);
    case 'BinaryExpression':
      return first([node.left, node.right], inside);
    case 'LogicalExpression':
      return inside(node.left) ?? asFallback(inside(node.right));
    case 'ConditionalExpression':
      return asFallback(inside(node.consequent) ?? inside(node.alternate));
    case 'NewExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0 ? source('time') : null;
    case 'CallExpression':
      return calledSource(node, module, modules) ?? handedOn(node, inside);
    case 'MemberExpression':
      return memberSource(node, module, modules);
    case 'Identifier':
      return nameSource(node, module, modules, depth);
    default:
      return null;
  }
}

function first(nodes: readonly Node[], inside: (one: Node) => Source | null): Source | null {
  for (const node of nodes) {
    const found = inside(node);
    if (found !== null) return found;
  }
  return null;
}

const source = (kind: Source['source']): Source => ({ source: kind, isFallback: false });
const asFallback = (found: Source | null): Source | null => (found === null ? null : { ...found, isFallback: true });

/** Functions of the language and of packages that give another value each time: where from → which. */
const globals: ReadonlyMap<string, Source['source']> = new Map([
  ['Math.random', 'random'],
  ['Date.now', 'time'],
  ['performance.now', 'time'],
  ['process.hrtime', 'time'],
  ['process.hrtime.bigint', 'time'],
  ['crypto.randomUUID', 'random'],
  ['globalThis.crypto.randomUUID', 'random'],
  ['self.crypto.randomUUID', 'random'],
]);
const generators: ReadonlyMap<string, readonly string[]> = new Map([
  ['crypto', ['randomUUID', 'randomBytes', 'randomInt']],
  ['node:crypto', ['randomUUID', 'randomBytes', 'randomInt']],
  ['uuid', ['v1', 'v4', 'v6', 'v7', 'default']],
  ['nanoid', ['nanoid', 'default']],
  ['ulid', ['ulid', 'default']],
  ['cuid', ['default']],
  ['@paralleldrive/cuid2', ['createId']],
  ['ksuid', ['randomSync', 'random']],
  ['@unleash/nextjs', ['randomSessionId']],
]);

function calledSource(node: Extract<Node, { type: 'CallExpression' }>, module: Module, modules: Modules): Source | null {
  const kind = globals.get(module.text.slice(node.callee.start, node.callee.end));
  if (kind !== undefined) return source(kind);
  const origin = originOf(node.callee, module, modules);
  if (origin?.kind !== 'package') return null;
  const name = [origin.imported, ...origin.path].filter((one) => one !== '*').at(-1) ?? 'default';
  return generators.get(origin.source)?.includes(name) === true ? source('random') : null;
}

const handing: ReadonlySet<string> = new Set([
  'String',
  'Number',
  'parseInt',
  'BigInt',
  'toString',
  'slice',
  'substring',
  'floor',
  'round',
  'ceil',
  'toFixed',
  'valueOf',
  'getTime',
  'toISOString',
  'replace',
  'replaceAll',
  'trim',
  'toLowerCase',
  'concat',
  'join',
]);

/** `Math.floor(x)`, `x.toString(36)`, `String(x)`: what came in goes out. */
function handedOn(
  { callee, arguments: args }: Extract<Node, { type: 'CallExpression' }>,
  inside: (one: Node) => Source | null,
): Source | null {
  const name = callee.type === 'Identifier' ? callee.name : keyName(callee);
  if (name === null || !handing.has(name)) return null;
  return first([...(callee.type === 'MemberExpression' ? [callee.object] : []), ...args], inside);
}

/** `req.id`, `ctx.requestId`, `headers['x-request-id']`. */
function memberSource(node: Extract<Node, { type: 'MemberExpression' }>, module: Module, modules: Modules): Source | null {
  const name = keyName(node) ?? (node.computed ? stringOf(node.property, module, modules) : null);
  if (name === null) return null;
  const owner = module.text.slice(node.object.start, node.object.end);
  const isRequest = requestIds.test(name) || (name === 'id' && /(?:^|\.)(?:req|request)$/.test(owner));
  return isRequest ? source('request') : null;
}

function nameSource(node: Extract<Node, { type: 'Identifier' }>, module: Module, modules: Modules, depth: number): Source | null {
  if (requestIds.test(node.name)) return source('request');
  const binding = module.binding(node);
  if (binding?.kind === 'parameter' && binding.path.length === 0) {
    const pattern = module.parent(binding.node);
    return pattern?.type === 'AssignmentPattern' ? asFallback(unstableIn(pattern.right, module, modules, depth + 1)) : null;
  }
  const value = resolveValue(node, module, modules);
  return value === null || value.node === node ? null : unstableIn(value.node, value.module, modules, depth + 1);
}
