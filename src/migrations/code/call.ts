/**
 * Calls in a migration: of its own functions, which are read through, of the runner's objects, which record what they do,
 * and of code outside, which gives nothing known.
 */
import { importSourceOf, isFunction, keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { methodOf } from './builtins.ts';
import { classMember, evaluate } from './evaluate.ts';
import { bindPattern, executeBody } from './execute.ts';
import { importValue } from './names.ts';
import { cut, leave, MAX_CALLS, type Run, under } from './run.ts';
import { type Call, type Place, placeOf, record, type Scope, seenText, stringOf, UNDEFINED, UNKNOWN, type Value } from './value.ts';

type CallLike = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

/** The call; what stands before the last dot is left out where it is a call itself, over several lines. */
const callPlace = (node: CallLike, module: Module): Place => {
  const callee = unwrap(node.callee);
  const isChained = callee.type === 'MemberExpression' && /CallExpression|AwaitExpression/.test(unwrap(callee.object).type);
  const isLong = isChained && module.text.slice(node.start, callee.property.start).includes('\n');
  return { module, start: isLong ? callee.property.start : node.start, end: node.end };
};

const argumentsOf = (run: Run, node: CallLike, scope: Scope): readonly Value[] =>
  node.arguments.flatMap((one) => {
    if (one.type !== 'SpreadElement') return [evaluate(run, one, scope)];
    const spread = evaluate(run, one.argument, scope);
    return spread.kind === 'list' ? [...spread.items, ...(spread.isOpen ? [UNKNOWN] : [])] : [UNKNOWN];
  });

/** The value of a call. */
export const evaluateCall = (run: Run, node: CallLike, scope: Scope): Value => {
  const source = importSourceOf(node);
  if (source !== null) return importValue(run, source, '*', scope.module);
  const callee = unwrap(node.callee);
  const place = callPlace(node, scope.module);
  if (callee.type === 'Super') return UNDEFINED;
  const target = calleeOf(run, callee, scope);
  const args = argumentsOf(run, node, scope);
  if (node.type === 'NewExpression' && target.kind === 'class') return construct(run, target, args, place);
  return callValue(run, target, args, place, scope.module.text.slice(callee.start, callee.end));
};

const calleeOf = (run: Run, callee: Node, scope: Scope): Value => {
  if (callee.type !== 'MemberExpression') return evaluate(run, callee, scope);
  const owner = evaluate(run, callee.object, scope);
  const name = keyName(callee) ?? (callee.computed ? stringOf(evaluate(run, callee.property, scope)) : null);
  if (name !== null) return methodOf(owner, name) ?? classMember(run, owner, name);
  const isSchema = owner.kind === 'handle' && owner.handle.isSchema;
  if (isSchema) run.recorder.problem(placeOf(callee, scope.module), 'which method it calls is only known at run time', '');
  return UNKNOWN;
};

/** An object made of a class of the repository. */
export const instanceOf = (made: Extract<Value, { kind: 'class' }>, base: Value = UNKNOWN): Value =>
  record([
    ['(class)', made],
    ['(base)', base],
  ]);

const shorten = (name: string): string => name.replace(/\s+/g, ' ').slice(0, 60);

/** Calls a value. */
export const callValue = (run: Run, callee: Value, args: readonly Value[], place: Place, name: string): Value => {
  const invoke: Call['invoke'] = (inner, given) => callValue(run, inner, given, place, name);
  const maybe: Call['maybe'] = (inner, given = []) => void under(run, { text: shorten(name), check: null }, () => invoke(inner, given));
  if (callee.kind === 'function') return callFunction(run, callee, args);
  if (callee.kind === 'handle' && callee.handle.call)
    return callee.handle.call({ args, place, invoke, maybe, isConditional: run.conditions.length > 0 });
  return callOutside(run, args, place, name);
};

/** Objects and functions in what code is given, also inside lists and objects. */
const reachable = (args: readonly Value[], depth = 3, seen = new Set<Value>()): ReadonlySet<Value> => {
  for (const arg of args) {
    if (seen.has(arg)) continue;
    seen.add(arg);
    const inner = arg.kind === 'list' ? arg.items : arg.kind === 'record' ? [...arg.entries.values()] : [];
    if (depth > 0) reachable(inner, depth - 1, seen);
  }
  return seen;
};

/** Methods that clients send SQL by, and SQL that changes the schema. */
const SENDS = /\.(?:raw|query|execute|exec|unsafe|run|runSql|addSql|none|any|multi|\$executeRaw(?:Unsafe)?|\$queryRaw(?:Unsafe)?)$/;
const CHANGES = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:CREATE|ALTER|DROP|RENAME|DO|EXECUTE)\s/i;

/** Code that is not read: what it is given may be used in any way. */
const callOutside = (run: Run, args: readonly Value[], place: Place, name: string): Value => {
  const short = shorten(name);
  const sql = SENDS.test(name) ? seenText(args[0]) : '';
  if (CHANGES.test(sql)) run.recorder.problem(place, `it is sent through \`${short}\`, which is not known`, sql);
  for (const arg of reachable(args)) {
    if (arg.kind === 'handle' && arg.handle.isSchema) {
      run.recorder.problem(place, `\`${arg.handle.name}\` is handed to \`${short}\`, which is not read`, '');
    }
    if (arg.kind === 'function') under(run, { text: short, check: null }, () => callFunction(run, arg, []));
  }
  return UNKNOWN;
};

/** `new C(…)` of a class of the repository: its constructor is read with `this` known. */
const construct = (run: Run, made: Extract<Value, { kind: 'class' }>, args: readonly Value[], place: Place): Value => {
  const instance = instanceOf(made);
  const builds = made.node.body.body.find((one) => one.type === 'MethodDefinition' && one.kind === 'constructor');
  const node = builds?.type === 'MethodDefinition' && isFunction(builds.value) ? builds.value : null;
  if (!node) {
    callOutside(run, made.node.superClass ? args : [], place, 'super');
    return instance;
  }
  node.params.forEach((param, i) => {
    if (param.type !== 'TSParameterProperty' || instance.kind !== 'record') return;
    const own = unwrap(param.parameter as Node);
    const name = own.type === 'AssignmentPattern' ? own.left : own;
    if (name.type === 'Identifier') instance.entries.set(name.name, args[i] ?? UNKNOWN);
  });
  const scope: Scope = { names: new Map(), parent: made.scope, module: made.scope.module, self: instance };
  callFunction(run, { kind: 'function', node, scope }, args);
  return instance;
};

/** Reads through a function's body; what it returns under a condition is not known. */
export const callFunction = (run: Run, callee: Extract<Value, { kind: 'function' }>, args: readonly Value[]): Value => {
  const { node, scope } = callee;
  if (node.body === null) return UNKNOWN;
  if (run.calls > MAX_CALLS) {
    cut(run, placeOf(node, scope.module), 'its calls are');
    return UNKNOWN;
  }
  const inner: Scope = { names: new Map(), parent: scope, module: scope.module, self: UNKNOWN };
  const conditions = run.conditions.length;
  run.calls++;
  if (node.type !== 'ArrowFunctionExpression') inner.names.set('arguments', { value: { kind: 'list', items: [...args], isOpen: false } });
  node.params.forEach((param, i) => {
    const rest = param.type === 'RestElement';
    bindPattern(run, param, rest ? { kind: 'list', items: args.slice(i), isOpen: false } : (args[i] ?? UNDEFINED), inner);
  });
  const value = node.body.type === 'BlockStatement' ? executeBody(run, node.body.body, inner) : evaluate(run, node.body, inner);
  run.calls--;
  const isCertain = run.conditions.length === conditions;
  leave(run, conditions);
  return isCertain ? value : UNKNOWN;
};
