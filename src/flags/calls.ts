/**
 * What calls mean for flags: evaluations, clients being made, wrappers looked into. Part of the interpreter.
 */
import { afterwards } from '../code/afterwards.ts';
import { completes } from '../code/flow.ts';
import { type Condition, conditionsOf } from '../code/guards.ts';
import { childrenOf, type FunctionNode, isFunction, keyName } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { originOf } from '../code/values.ts';
import { sdkOf } from './catalogue.ts';
import { conditionFacts } from './conditions.ts';
import { configuredEvaluation } from './configured.ts';
import { environmentMethod, readEnvironment } from './environment.ts';
import { both, either, type Facts, given, not, type Truth, unknown } from './facts.ts';
import { checkCall } from './inferred.ts';
import { fromAnnotation, typeMeaning } from './instances.ts';
import type { Interpreter } from './interpreter.ts';
import { asTruth, type Frame, joinMeanings, type Meaning, nothing } from './meaning.ts';
import { type At, callableMeaning, calledResult, receiverMember, resultMethod } from './sdk-calls.ts';

type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

const maxFrames = 5;
/** How deep checks that call checks are looked into. */
const maxChecks = 3;
/** Longest function whose result is looked into. */
const maxFunction = 6_000;

/** What a call or construction gives. */
export function callMeaning(node: Call, module: Module, frame: Frame | null, interpreter: Interpreter): Meaning | null {
  const configured = configuredEvaluation(node, module, frame, interpreter);
  if (configured !== null) return configured;
  const at: At = { node, module, frame, interpreter };
  const ambient = readEnvironment(node, module, interpreter);
  if (ambient !== null) return ambient;
  if (node.callee.type === 'MemberExpression') {
    const builtin = builtinMeaning(node, node.callee, module, frame, interpreter);
    if (builtin !== undefined) return builtin;
    const owner = interpreter.read(node.callee.object, module, frame);
    const name = keyName(node.callee);
    const method = owner === null || name === null ? undefined : methodMeaning(owner, name, at);
    if (method !== undefined) return method;
  } else if (node.callee.type === 'Identifier' && node.callee.name === 'Boolean' && module.binding(node.callee) === null) {
    const argument = node.arguments[0];
    return argument === undefined ? unknown : not(not(asTruth(interpreter.read(argument, module, frame))));
  }
  return calledMeaning(interpreter.read(node.callee, module, frame), at);
}

function calledMeaning(callee: Meaning | null, at: At): Meaning | null {
  const { node, module, frame, interpreter } = at;
  if (callee?.kind === 'callable') return callableMeaning(callee, at);
  if (callee?.kind === 'result') return calledResult(callee, at);
  if (callee?.kind === 'package') return packageCall(callee, at);
  if (callee?.kind !== 'code') return null;
  if (callee.node.type === 'ClassDeclaration' || callee.node.type === 'ClassExpression') return { ...callee, kind: 'instance' };
  const result = applyFunction(callee, node.arguments, node, module, frame, interpreter);
  if (hasFacts(result)) return result;
  return checkCall(callee, result, at) ?? returnedType(callee, interpreter) ?? callbackResult(callee, at) ?? result;
}

/** `singleton<T>(name, make: () => T): T`: what the callback makes, by the types of the function. */
function callbackResult({ node: fn }: Extract<Meaning, { kind: 'code' }>, { node, module, frame, interpreter }: At): Meaning | null {
  const parameters = isFunction(fn) ? (fn.typeParameters?.params.map((one) => one.name.name) ?? []) : [];
  const gives = isFunction(fn) ? typeName(fn.returnType?.typeAnnotation ?? null) : null;
  if (!isFunction(fn) || fn.async || gives === null || !parameters.includes(gives)) return null;
  const at = fn.params.findIndex((one) => {
    const type = one.type === 'Identifier' ? one.typeAnnotation?.typeAnnotation : null;
    return type?.type === 'TSFunctionType' && type.params.length === 0 && typeName(type.returnType.typeAnnotation) === gives;
  });
  const argument = at < 0 ? undefined : node.arguments[at];
  const made = argument === undefined ? null : interpreter.read(argument, module, frame);
  return made?.kind === 'code' ? applyFunction(made, [], node, module, frame, interpreter) : null;
}

function typeName(type: Node | null): string | null {
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName.name : null;
}

/** What a function gives by its declared type, where its body says nothing. */
function returnedType(callee: Extract<Meaning, { kind: 'code' }>, interpreter: Interpreter): Meaning | null {
  const { node, module } = callee;
  return isFunction(node) ? fromAnnotation(node.returnType?.typeAnnotation ?? null, module, interpreter) : null;
}

/** Whether a result says anything of a flag. */
function hasFacts(meaning: Meaning | null): boolean {
  if (meaning?.kind === 'promise') return hasFacts(meaning.of);
  if (meaning?.kind !== 'truth') return meaning !== null && meaning.kind !== 'constant';
  return [meaning.whenTrue, meaning.whenFalse].some((facts) => facts !== 'never' && facts.length > 0);
}

/** `Promise.all`, `Promise.resolve`; undefined: not one of them. */
function builtinMeaning(
  node: Call,
  callee: Extract<Node, { type: 'MemberExpression' }>,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Meaning | null | undefined {
  const isPromise = callee.object.type === 'Identifier' && callee.object.name === 'Promise' && module.binding(callee.object) === null;
  const argument = node.arguments[0];
  if (!isPromise || argument === undefined) return undefined;
  const settled = (one: Node): Meaning | null => {
    const meaning = interpreter.read(one, module, frame);
    return meaning?.kind === 'promise' ? meaning.of : meaning;
  };
  if (keyName(callee) === 'resolve') return { kind: 'promise', of: settled(argument) ?? unknown };
  if (keyName(callee) !== 'all' || argument.type !== 'ArrayExpression') return null;
  const hasSpread = argument.elements.some((element) => element?.type === 'SpreadElement');
  const items = hasSpread ? [] : argument.elements.map((element) => (element === null ? null : settled(element)));
  return { kind: 'promise', of: { kind: 'list', items } };
}

/** A method call on a value; undefined: the value has no such method of its own. */
function methodMeaning(owner: Meaning, name: string, at: At): Meaning | null | undefined {
  if (owner.kind === 'client') {
    const member = receiverMember(owner, name);
    return member?.kind === 'callable' ? callableMeaning(member, at) : null;
  }
  if (owner.kind === 'result') return resultMethod(owner, name, at);
  if (owner.kind === 'environment') return environmentMethod(name, at, at.interpreter);
  if (owner.kind === 'promise' && name === 'finally') return owner;
  if (owner.kind === 'promise' && promiseMethods.has(name)) return promiseMethod(owner, name, at);
  if (owner.kind === 'truth' && name === 'valueOf') return owner;
  return undefined;
}

/** Of promises, and of observables. */
const promiseMethods: ReadonlySet<string> = new Set(['then', 'catch', 'pipe']);

/** `.catch(() => false)`: the value or what the handler gives; `.then(f)`: what f gives; `.pipe(map(f))` of an observable too. */
function promiseMethod(promise: Extract<Meaning, { kind: 'promise' }>, name: string, at: At): Meaning | null {
  const { node, module, frame, interpreter } = at;
  const handler = name === 'pipe' ? mapperOf(node, module, interpreter) : node.arguments[0];
  const callback = handler === undefined || handler === null ? null : interpreter.read(handler, module, frame);
  if (callback?.kind !== 'code') return null;
  const result = applyFunction(callback, [], node, module, frame, interpreter);
  const value = result?.kind === 'promise' ? result.of : result;
  if (name !== 'catch') return value === null ? null : { kind: 'promise', of: value };
  return { kind: 'promise', of: joinMeanings([promise.of, value]) ?? unknown };
}

/** `pipe(map(f))`: f. */
function mapperOf(node: Call, module: Module, interpreter: Interpreter): Node | null {
  const map = node.arguments[0];
  if (node.arguments.length !== 1 || map?.type !== 'CallExpression') return null;
  const callee = interpreter.read(map.callee, module, null);
  const isMap = callee?.kind === 'package' && callee.source.startsWith('rxjs') && callee.path.join() === 'map';
  return isMap ? (map.arguments[0] ?? null) : null;
}

/** Functions of other packages that hand on what they are given: path → whether the result is the function's value. */
const handsOn: ReadonlyMap<string, boolean> = new Map([
  ['react useMemo', true],
  ['react useCallback', false],
  ['react cache', false],
  ['lodash once', false],
  ['lodash memoize', false],
  ['rxjs firstValueFrom', false],
  ['rxjs lastValueFrom', false],
]);

function packageCall(callee: Extract<Meaning, { kind: 'package' }>, { node, module, frame, interpreter }: At): Meaning | null {
  const path = callee.path.join('.');
  const argument = node.arguments[0];
  if (argument === undefined || sdkOf(callee.source) !== null) return null;
  if (callee.source === '@angular/core' && path === 'inject') return typeMeaning(argument, module, interpreter);
  if (callee.source === 'react' && (path === 'useContext' || path === 'use')) return contextMeaning(argument, module, interpreter);
  const isCalled = handsOn.get(`${callee.source} ${path}`);
  const inner = isCalled === undefined ? null : interpreter.read(argument, module, frame);
  return isCalled === true && inner?.kind === 'code' ? applyFunction(inner, [], node, module, frame, interpreter) : inner;
}

/** `useContext(createContext<Value>(…))`: a value of that type. */
function contextMeaning(argument: Node, module: Module, interpreter: Interpreter): Meaning | null {
  const made = originOf(argument, module, interpreter.modules);
  if (made?.kind !== 'local' || made.node.type !== 'CallExpression') return null;
  return fromAnnotation(made.node.typeArguments?.params[0] ?? null, made.module, interpreter);
}

/** What calling a function of the repository gives: the join of its returns, each with the conditions it stands under. */
export function applyFunction(
  callee: Extract<Meaning, { kind: 'code' }>,
  args: readonly Node[],
  call: Node,
  module: Module,
  outer: Frame | null,
  interpreter: Interpreter,
): Meaning | null {
  const { node } = callee;
  const depth = (outer?.depth ?? 0) + 1;
  if (!isFunction(node) || node.generator || node.body === null || depth > maxFrames || node.end - node.start > maxFunction) return null;
  if (args.some((one) => one.type === 'SpreadElement')) return null;
  // Without parameters the call changes nothing, and what is read outside any frame is remembered.
  const frame: Frame | null = node.params.length === 0 ? outer : { owner: node, args, call, module, outer, depth };
  const result =
    node.body.type === 'BlockStatement'
      ? blockResult(node, node.body, callee.module, frame, interpreter)
      : interpreter.read(node.body, callee.module, frame);
  if (!node.async) return result;
  return { kind: 'promise', of: (result?.kind === 'promise' ? result.of : result) ?? unknown };
}

function blockResult(node: FunctionNode, body: Node, module: Module, frame: Frame | null, interpreter: Interpreter): Meaning | null {
  const returns = returnsOf(body);
  if (returns.length > 10) return null;
  const results = returns.map((one): Meaning | null => {
    const value = one.argument === null ? nothing : interpreter.read(one.argument, module, frame);
    const inner = node.async && value?.kind === 'promise' ? value.of : value;
    const isObject = inner !== null && inner.kind !== 'truth' && inner.kind !== 'constant';
    if (isObject) return inner;
    const conditions = conditionsOf(one, module, node).map((condition) => conditionFacts(condition, module, frame, interpreter));
    return conditions.reduce<Truth>((truth, facts) => given(truth, facts), asTruth(inner));
  });
  if (completes(body, module)) results.push(nothing);
  if (results.every((one) => one?.kind === 'truth' || one?.kind === 'constant')) return joinMeanings(results.map(asTruth));
  return joinMeanings(results.map((one) => (one?.kind === 'truth' && one.whenTrue === 'never' ? nothing : one)));
}

/** What is known once a call of a function of the repository has returned, and not thrown. */
export function returnFacts(
  { call, awaited }: Extract<Condition, { kind: 'returned' }>,
  module: Module,
  outer: Frame | null,
  interpreter: Interpreter,
): Facts {
  const known = outer === null ? interpreter.returned.get(call) : undefined;
  if (known !== undefined) return known;
  if (outer === null) interpreter.returned.set(call, []);
  const callee = interpreter.read(call.callee, module, outer);
  const depth = (outer?.depth ?? 0) + 1;
  if (callee?.kind !== 'code' || !isFunction(callee.node) || depth > maxChecks) return [];
  const { node } = callee;
  const isOpaque = node.generator || (node.async && !awaited) || node.end - node.start > maxFunction;
  if (isOpaque || node.body?.type !== 'BlockStatement' || call.arguments.some((one) => one.type === 'SpreadElement')) return [];
  const frame: Frame = { owner: node, args: call.arguments, call, module, outer, depth };
  const holding = (conditions: readonly Condition[]): Facts =>
    conditions.map((one) => conditionFacts(one, callee.module, frame, interpreter)).reduce<Facts>(both, []);
  const ends = returnsOf(node.body).map((one) => holding(conditionsOf(one, callee.module, node)));
  if (ends.length > 10) return [];
  if (completes(node.body, callee.module)) ends.push(holding(afterwards(node.body, callee.module)));
  const facts = ends.reduce<Facts>(either, 'never');
  if (outer === null) interpreter.returned.set(call, facts);
  return facts;
}

function returnsOf(body: Node): Extract<Node, { type: 'ReturnStatement' }>[] {
  const found: Extract<Node, { type: 'ReturnStatement' }>[] = [];
  const stack: Node[] = [body];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'ReturnStatement') found.push(node);
    else if (!isFunction(node) && node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression')
      for (const child of childrenOf(node)) stack.push(child);
  }
  return found;
}
