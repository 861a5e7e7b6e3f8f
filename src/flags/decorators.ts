/**
 * Decorators of flag SDKs, and what wraps components: `@IfEnabled('k') handler() {…}`, `@VariableValue({ key: 'k' }) on`,
 * `withFeature('k')(Page)`, `SwapComponents(Old, New, 'k')`.
 * Invariant: a decorator of a class guards only the methods that a decorator makes handlers of.
 */
import { unwrap } from '../code/syntax.ts';
import type { Binding, Module, Node } from '../code/types.ts';
import { originOf, stringOf } from '../code/values.ts';
import { type DecoratorForm, givesWrappers, type Sdk, sdkOf } from './catalogue.ts';
import { contextAt, fallbackOf, keyOf } from './evaluation.ts';
import { both, type Facts } from './facts.ts';
import { type Argument, argumentOf, type Interpreter } from './interpreter.ts';
import { equalsVariant, flagTruth, type Meaning, resultOf } from './meaning.ts';
import { argumentAt, argumentsAt, literalOf } from './places.ts';
import type { Evaluation } from './types.ts';

type Decorator = Extract<Node, { type: 'Decorator' }>;
type MethodDefinition = Extract<Node, { type: 'MethodDefinition' | 'TSAbstractMethodDefinition' }>;
type Call = Extract<Node, { type: 'CallExpression' }>;

interface Found {
  readonly call: Call;
  readonly sdk: Sdk;
  readonly form: DecoratorForm;
}

/** One flag a decorator asks for, and the value it requires. */
interface Required {
  readonly evaluation: Evaluation;
  readonly value: Node | null;
}

/** What decorators around a node say, innermost first. */
export function decoratorConditions(node: Node, module: Module, interpreter: Interpreter): Facts[] {
  const found: Facts[] = [];
  let method: MethodDefinition | null = null;
  for (let up: Node | null = node; up !== null; up = module.parent(up)) {
    if (up.type === 'MethodDefinition') {
      method = up;
      if (isWithin(node, up.value)) found.push(...guardsOf(up.decorators, module, interpreter));
    }
    if (up.type !== 'ClassDeclaration' && up.type !== 'ClassExpression') continue;
    const isHandler = method !== null && method.kind === 'method' && method.decorators.length > 0;
    if (isHandler && isWithin(node, method)) found.push(...guardsOf(up.decorators, module, interpreter));
    method = null;
  }
  return found;
}

function isWithin(node: Node, outer: Node | null): boolean {
  return outer !== null && node.start >= outer.start && node.end <= outer.end;
}

function guardsOf(decorators: readonly Decorator[] | undefined, module: Module, interpreter: Interpreter): Facts[] {
  return (decorators ?? []).flatMap((one): Facts[] => {
    const found = formOf(one, module, interpreter);
    if (found === null || found.form.gives !== null) return [];
    return [
      requiredBy(found, one, module, interpreter)
        .map((each) => factsOf(each, found.sdk, module, interpreter))
        .reduce<Facts>(both, []),
    ];
  });
}

function factsOf({ evaluation, value }: Required, sdk: Sdk, module: Module, interpreter: Interpreter): Facts {
  if (value === null) return flagTruth(evaluation).whenTrue;
  const literal = unwrap(value);
  if (literal.type === 'Literal' && typeof literal.value === 'boolean')
    return literal.value ? flagTruth(evaluation).whenTrue : flagTruth(evaluation).whenFalse;
  const text = stringOf(value, module, interpreter.modules);
  return text === null ? [] : equalsVariant(evaluation, text, sdk.onOff).whenTrue;
}

/** The evaluations a decorator makes, for the list of a module. */
export function decoratorEvaluations(decorator: Decorator, module: Module, interpreter: Interpreter): Evaluation[] {
  const found = formOf(decorator, module, interpreter);
  return found === null ? [] : requiredBy(found, decorator, module, interpreter).map(({ evaluation }) => evaluation);
}

/** What a decorator fills a parameter with. */
export function decoratedMeaning(
  binding: Extract<Binding, { kind: 'parameter' }>,
  module: Module,
  interpreter: Interpreter,
): Meaning | null {
  const parameter = 'params' in binding.owner && Array.isArray(binding.owner.params) ? (binding.owner.params[binding.index] as Node) : null;
  if (parameter === null || !('decorators' in parameter) || !Array.isArray(parameter.decorators)) return null;
  for (const decorator of parameter.decorators as readonly Decorator[]) {
    const found = formOf(decorator, module, interpreter);
    const shape = found?.form.gives ?? null;
    const [first] = found === null ? [] : requiredBy(found, decorator, module, interpreter);
    if (found !== null && shape !== null && first !== undefined) return resultOf(first.evaluation, shape, found.sdk);
  }
  return null;
}

function formOf(decorator: Decorator, module: Module, interpreter: Interpreter): Found | null {
  const call = decorator.expression;
  if (call.type !== 'CallExpression') return null;
  const origin = originOf(call.callee, module, interpreter.modules);
  const sdk = origin?.kind === 'package' ? sdkOf(origin.source) : null;
  if (sdk === null || origin?.kind !== 'package') return null;
  const name = origin.path.at(-1) ?? origin.imported;
  const form = sdk.decorators.find((one) => one.name === name);
  return form === undefined ? null : { call, sdk, form };
}

function requiredBy({ call, sdk, form }: Found, decorator: Decorator, module: Module, interpreter: Interpreter): Required[] {
  const { modules } = interpreter;
  const context =
    form.context === null ? ({ kind: 'opaque' } as const) : contextAt(form.context, true, call.arguments, module, null, interpreter);
  const make = (key: Argument | null, fallback: Argument | null, named: string | null): Evaluation => {
    const { place, ...known } = keyOf(key, 'raw', decorator, module, interpreter);
    const flag = named === null ? {} : ({ flag: named, keyFrom: 'text' } as const);
    const value = form.fallback === null ? sdk.onFailure : (fallbackOf(fallback, modules) ?? false);
    const evaluation: Evaluation = { ...known, ...flag, sdk: sdk.id, provider: sdk.provider, context, fallback: value };
    interpreter.origins.set(evaluation, { node: decorator, module, form: null, sdk });
    return evaluation;
  };
  if (form.key === '0.*') {
    return propertiesOf(call, module, interpreter).map(({ name, value }) => ({ evaluation: make(null, null, name), value }));
  }
  const keys = argumentsAt(form.key, call.arguments, module, null, modules);
  const failures = form.fallback === null ? null : argumentAt(form.fallback, call.arguments, module, null, modules);
  return (keys ?? [null]).map((key) => ({ evaluation: make(key, failures, null), value: null }));
}

function propertiesOf(call: Call, module: Module, { modules }: Interpreter): { readonly name: string; readonly value: Node }[] {
  const first = call.arguments[0];
  const holder = first === undefined ? null : literalOf(argumentOf(first, module, null), modules);
  if (holder?.node.type !== 'ObjectExpression') return [];
  return holder.node.properties.flatMap((one) => {
    const key = one.type === 'Property' ? one.key : null;
    const name =
      key === null
        ? null
        : key.type === 'Identifier' && one.type === 'Property' && !one.computed
          ? key.name
          : stringOf(key, holder.module, modules);
    return one.type === 'Property' && name !== null ? [{ name, value: one.value }] : [];
  });
}

/** What component wrappers around a node say: the arguments of `withFeature('k')(…)`, of `SwapComponents(…)`. */
export function wrapperConditions(node: Node, module: Module, interpreter: Interpreter): Facts[] {
  if (!module.imports.some(givesWrappers)) return [];
  const found: Facts[] = [];
  let child = node;
  for (let up = module.parent(node); up !== null; up = module.parent(up)) {
    const at = up.type === 'CallExpression' ? up.arguments.indexOf(child as Call['arguments'][number]) : -1;
    if (up.type === 'CallExpression' && at >= 0) found.push(...wrapperFacts(up, at, module, interpreter));
    child = up;
  }
  return found;
}

function wrapperFacts(call: Call, argument: number, module: Module, interpreter: Interpreter): Facts[] {
  const callee = interpreter.read(call.callee, module, null);
  if (callee?.kind === 'result' && callee.shape === 'hoc') return [flagTruth(callee.evaluation).whenTrue];
  const forms = callee?.kind === 'callable' && callee.entry.kind === 'evaluation' ? callee.entry.forms : [];
  const side = forms[0]?.renders?.[argument];
  if (side === undefined) return [];
  interpreter.read(call, module, null);
  const evaluation = interpreter.evaluated.get(call)?.[0];
  if (evaluation === undefined) return [];
  const truth = flagTruth(evaluation);
  return [side === 'on' ? truth.whenTrue : truth.whenFalse];
}
