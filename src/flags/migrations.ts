/**
 * LaunchDarkly's migration flags: `createMigration(client, { readOld, writeOld, readNew, writeNew })`, evaluated by
 * `migration.read('key', …)` and `.write('key', …)`. Each callback runs in some of the six stages only.
 * Output: what is known about the flag inside a callback, where every evaluation of the migration has the same key.
 */
import { isFunction, keyName, unwrapAwait } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { originOf, stringOf } from '../code/values.ts';
import type { Facts } from './facts.ts';
import type { Interpreter } from './interpreter.ts';
import type { Evaluation } from './types.ts';

const packages: ReadonlySet<string> = new Set([
  '@launchdarkly/node-server-sdk',
  '@launchdarkly/js-server-sdk-common',
  '@launchdarkly/cloudflare-server-sdk',
  '@launchdarkly/vercel-server-sdk',
]);

/** The stages in which a callback does not run. */
const excluded: ReadonlyMap<string, readonly string[]> = new Map([
  ['readOld', ['rampdown', 'complete']],
  ['readNew', ['off', 'dualwrite']],
  ['writeOld', ['complete']],
  ['writeNew', ['off']],
]);

type Call = Extract<Node, { type: 'CallExpression' }>;

/** What migration callbacks around a node say, innermost first. */
export function migrationConditions(node: Node, module: Module, interpreter: Interpreter): Facts[] {
  const found: Facts[] = [];
  for (let up: Node | null = node; up !== null; up = module.parent(up)) {
    const property = isFunction(up) ? module.parent(up) : null;
    const stages = property?.type === 'Property' && property.value === up ? excluded.get(keyName(property) ?? '') : undefined;
    const options = stages === undefined || property === null ? null : module.parent(property);
    const call = options === null ? null : module.parent(options);
    if (stages === undefined || call?.type !== 'CallExpression' || call.arguments[1] !== options) continue;
    const evaluation = evaluationOf(call, module, interpreter);
    if (evaluation === null || evaluation.flag === null) continue;
    const { flag } = evaluation;
    found.push(stages.map((value) => ({ flag, value, equal: false, evaluation })));
  }
  return found;
}

function evaluationOf(call: Call, module: Module, interpreter: Interpreter): Evaluation | null {
  const origin = originOf(call.callee, module, interpreter.modules);
  if (origin?.kind !== 'package' || !packages.has(origin.source)) return null;
  if ([origin.imported, ...origin.path].at(-1) !== 'createMigration') return null;
  const runs = runsOf(call, module);
  const keys = new Set(
    runs?.map((run) => (run.arguments[0] === undefined ? null : stringOf(run.arguments[0], module, interpreter.modules))),
  );
  const [first] = runs ?? [];
  const [key] = keys;
  if (first === undefined || keys.size !== 1 || key == null) return null;
  return {
    flag: key,
    keyFrom: 'text',
    sdk: '@launchdarkly/node-server-sdk',
    provider: 'launchdarkly',
    location: { file: module.path, ...module.span(first) },
    context: { kind: 'opaque' },
    fallback: null,
  };
}

/** Every `.read(…)` and `.write(…)` of a migration; null: it may be run elsewhere. */
function runsOf(call: Call, module: Module): readonly Call[] | null {
  const direct = runOn(call, module);
  if (direct !== null) return [direct];
  const holder = module.parent(call);
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier' || unwrapAwait(holder.init ?? call) !== call) return null;
  const name = holder.id;
  if ([...module.exports.values()].some((one) => one.kind === 'local' && one.name === name.name)) return null;
  const runs = module
    .references(name)
    .filter((one) => one !== name)
    .map((one) => runOn(one, module));
  return runs.includes(null) ? null : (runs as readonly Call[]);
}

function runOn(migration: Node, module: Module): Call | null {
  const member = module.parent(migration);
  if (member?.type !== 'MemberExpression' || member.object !== migration) return null;
  const name = keyName(member);
  const run = module.parent(member);
  return (name === 'read' || name === 'write') && run?.type === 'CallExpression' && run.callee === member ? run : null;
}
