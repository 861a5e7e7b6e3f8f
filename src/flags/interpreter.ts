/**
 * Reads expressions for what they say about flags, without running them: through variables, destructuring, promises,
 * wrappers, class members and imports across files.
 * Input: an expression, its module, and the call it is read within. Output: a Meaning, or null where nothing is known.
 * Invariants: steps and depth are bounded, circles end in null; a variable's meaning is the join of everything assigned to it.
 */
import type { Callers } from '../code/callers.ts';
import { keyName, unwrap } from '../code/syntax.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import { stringOf } from '../code/values.ts';
import { globMatcher } from '../config/globs.ts';
import type { EvaluatorConfig } from '../config/types.ts';
import { callMeaning } from './calls.ts';
import type { Spelling } from './catalogue.ts';
import { alwaysFalse, alwaysTrue, and, assuming, choose, coalesce, equals, type Facts, not, or, unknown } from './facts.ts';
import { lookupMeaning } from './inferred.ts';
import { asTruth, constantTruth, equalsVariant, type Frame, type Meaning, maybeMeaning, nothing } from './meaning.ts';
import { memberMeaning, memberOfMeaning, nameMeaning, thisMeaning } from './names.ts';
import type { Origin } from './sites.ts';
import { camelCase, type SpeltKeys, spell, speltKeys } from './spelling.ts';
import type { Evaluation, Guard } from './types.ts';

export interface Interpreter {
  readonly modules: Modules;
  readonly evaluators: readonly EvaluatorConfig[];
  /** Evaluations by the call that decides their key; those with an unknown key by their own. */
  readonly evaluated: Map<Node, readonly Evaluation[]>;
  /** Remembers that an evaluation was met at a call. */
  note(call: Node, evaluation: Evaluation): void;
  /** What evaluations were made of. */
  readonly origins: WeakMap<Evaluation, Origin>;
  /** A flag by what code or an SDK calls it: the known key that is spelt so, or the name itself. */
  keyNamed(name: string, spelt: Spelling): Pick<Evaluation, 'flag' | 'keyFrom'>;
  readonly hasEnvironmentFlags: boolean;
  /** Whether the config names an environment variable a flag. */
  isEnvironmentFlag(name: string): boolean;
  /** Who calls the functions whose parameters are asked about; null: not looked for. */
  readonly callers: Callers | null;
  /** What calls say by having returned. */
  readonly returned: Map<Node, Facts>;
  /** What an expression means. */
  read(node: Node, module: Module, frame: Frame | null): Meaning | null;
  /** What a member of a value means. */
  member(owner: Meaning, name: string): Meaning | null;
}

const maxDepth = 300;
const maxSteps = 4_000;

/** What an interpreter is made with: who evaluates, and which keys are known. */
export interface InterpreterOptions {
  readonly evaluators: readonly EvaluatorConfig[];
  /** Globs of environment variables that are flags. */
  readonly environmentFlags?: readonly string[];
  /** Keys of flags that a state or the config names. */
  readonly knownKeys?: ReadonlySet<string>;
}

/** Makes an interpreter over one revision, which remembers what it has read. `assumed`: facts that hold wherever it reads. */
export function makeInterpreter(
  modules: Modules,
  options: InterpreterOptions,
  callers: Callers | null = null,
  assumed: readonly Guard[] = [],
): Interpreter {
  const { evaluators } = options;
  const isNamed = globMatcher(options.environmentFlags ?? []);
  const known = new Map<Node, Meaning | null>();
  let depth = 0;
  let steps = 0;
  const interpreter: Interpreter = {
    modules,
    evaluators,
    callers,
    evaluated: new Map(),
    note(call, evaluation) {
      const others = interpreter.evaluated.get(call)?.filter((one) => one.flag !== evaluation.flag) ?? [];
      interpreter.evaluated.set(call, [...others, evaluation]);
    },
    origins: new WeakMap(),
    returned: new Map(),
    keyNamed: keyNamer(options.knownKeys ?? new Set()),
    hasEnvironmentFlags: (options.environmentFlags ?? []).length > 0,
    isEnvironmentFlag: (name) => isNamed(name),
    member: (owner, name) => memberOfMeaning(owner, name, interpreter),
    read(node, module, frame) {
      const remembered = frame === null ? known.get(node) : undefined;
      if (remembered !== undefined) return remembered;
      if (depth === 0) steps = 0;
      if (depth >= maxDepth || steps++ >= maxSteps) return null;
      if (frame === null) known.set(node, null);
      depth += 1;
      try {
        const read = expressionMeaning(node, module, frame, interpreter);
        const meaning = assumed.length > 0 && read?.kind === 'truth' ? assuming(read, assumed) : read;
        if (frame === null) known.set(node, meaning);
        return meaning;
      } finally {
        depth -= 1;
      }
    },
  };
  return interpreter;
}

/** Names of flags → keys. What is spelt in camel case is a known key that is spelt so, or not known for sure. */
function keyNamer(known: ReadonlySet<string>): Interpreter['keyNamed'] {
  const spelt = new Map<Spelling, SpeltKeys>();
  return (name, spelling) => {
    if (spelling === 'raw' || known.has(name)) return { flag: name, keyFrom: 'text' };
    const keys = spelt.get(spelling) ?? speltKeys(known, spelling);
    spelt.set(spelling, keys);
    const raw = keys.get(spell(name, spelling)) ?? null;
    if (raw !== null) return { flag: raw, keyFrom: 'text' };
    if (spelling === 'lower') return { flag: spell(name, spelling), keyFrom: 'text' };
    return { flag: name, keyFrom: camelCase(name) === name ? 'camel' : 'text' };
  };
}

function expressionMeaning(start: Node, module: Module, frame: Frame | null, interpreter: Interpreter): Meaning | null {
  const read = (node: Node) => interpreter.read(node, module, frame);
  const truthOf = (node: Node) => asTruth(read(node));
  if (start.type === 'ChainExpression') return maybeMeaning(read(start.expression));
  const node = start.type === 'TSNonNullExpression' || start.type.startsWith('TS') ? innerOf(start) : start;
  switch (node.type) {
    case 'ChainExpression':
      return maybeMeaning(read(node.expression));
    case 'Literal':
      return literalMeaning(node.value);
    case 'Identifier':
      return nameMeaning(node, module, frame, interpreter);
    case 'ThisExpression':
      return thisMeaning(node, module, frame);
    case 'MemberExpression':
      return lookupMeaning(node, module, frame, interpreter) ?? memberMeaning(node, module, frame, interpreter);
    case 'CallExpression':
    case 'NewExpression':
      return lookupMeaning(node, module, frame, interpreter) ?? callMeaning(node, module, frame, interpreter);
    case 'AwaitExpression': {
      const awaited = read(node.argument);
      return awaited?.kind === 'promise' ? awaited.of : awaited;
    }
    case 'UnaryExpression':
      if (node.operator === 'void') return nothing;
      return node.operator === '!' ? not(truthOf(node.argument)) : null;
    case 'LogicalExpression':
      return logicalMeaning(node, read);
    case 'ConditionalExpression':
      return choose(truthOf(node.test), truthOf(node.consequent), truthOf(node.alternate));
    case 'BinaryExpression':
      return comparison(node, module, frame, interpreter);
    case 'SequenceExpression': {
      const last = node.expressions.at(-1);
      return last === undefined ? null : read(last);
    }
    case 'AssignmentExpression':
      return node.operator === '=' ? read(node.right) : null;
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'ClassExpression':
    case 'ObjectExpression':
    case 'ArrayExpression':
      return { kind: 'code', node, module, frame };
    default:
      return null;
  }
}

function innerOf(node: Node): Node {
  const inner = 'expression' in node && node.type !== 'TSExportAssignment' ? node.expression : null;
  if (inner === null || typeof inner !== 'object') return node;
  const next = inner as Node;
  return next.type.startsWith('TS') ? innerOf(next) : next;
}

function literalMeaning(value: unknown): Meaning | null {
  if (typeof value === 'boolean') return constantTruth(value);
  if (typeof value === 'string' || typeof value === 'number' || value === null) return { kind: 'constant', value };
  return null;
}

function logicalMeaning(node: Extract<Node, { type: 'LogicalExpression' }>, read: (node: Node) => Meaning | null): Meaning | null {
  const left = read(node.left);
  const right = read(node.right);
  // `cached ?? new Client()`, `ready && client`: code that goes on has the client. `flags ?? {}`: and so has who reads a member.
  if (right?.kind === 'client') return right;
  if (left?.kind === 'client' && node.operator !== '&&') return left;
  if (left?.kind === 'result' && node.operator !== '&&' && isEmptyObject(node.right)) return left;
  const operation = node.operator === '&&' ? and : node.operator === '||' ? or : coalesce;
  return operation(asTruth(left), asTruth(right));
}

function isEmptyObject(node: Node): boolean {
  const inner = unwrap(node);
  return inner.type === 'ObjectExpression' && inner.properties.length === 0;
}

const negated: ReadonlyMap<string, boolean> = new Map([
  ['===', false],
  ['==', false],
  ['!==', true],
  ['!=', true],
]);

function comparison(
  node: Extract<Node, { type: 'BinaryExpression' }>,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Meaning | null {
  const isNegated = negated.get(node.operator);
  if (isNegated === undefined) return unknown;
  const isLoose = node.operator.length === 2;
  const result =
    sameness(node.left, node.right, isLoose, module, frame, interpreter) ??
    sameness(node.right, node.left, isLoose, module, frame, interpreter);
  if (result === null) return unknown;
  return isNegated ? not(result) : result;
}

/** What `subject === other` says, where the other side is a constant. */
export function sameness(
  subject: Node,
  other: Node,
  isLoose: boolean,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): ReturnType<typeof not> | null {
  const meaning = interpreter.read(subject, module, frame);
  if (meaning === null) return null;
  const constant = interpreter.read(other, module, frame);
  const text = meaning.kind === 'text' ? textOf(other, constant, module, interpreter) : null;
  if (meaning.kind === 'text' && text !== null) {
    const same = equalsVariant(meaning.evaluation, text, meaning.onOff);
    return meaning.isMaybe ? { ...same, whenFalse: [] } : same;
  }
  if (meaning.kind === 'constant' && constant?.kind === 'constant' && typeof meaning.value === typeof constant.value)
    return meaning.value === constant.value ? alwaysTrue : alwaysFalse;
  if (meaning.kind !== 'truth' && !(meaning.kind === 'text' && meaning.isValue)) return null;
  const truth = asTruth(meaning);
  const literal = unwrap(other);
  if (literal.type === 'Literal' && typeof literal.value === 'boolean') return equals(truth, literal.value, isLoose);
  return constant?.kind === 'constant' && (constant.value === null || constant.value === undefined) ? equals(truth, null, isLoose) : null;
}

/** The constant text of the other side of a comparison, constants of SDKs included. */
function textOf(other: Node, constant: Meaning | null, module: Module, interpreter: Interpreter): string | null {
  const text = stringOf(other, module, interpreter.modules);
  return text ?? (constant?.kind === 'constant' && typeof constant.value === 'string' ? constant.value : null);
}

/** The static name of a member access, computed ones by their constant text. */
export function memberName(
  node: Extract<Node, { type: 'MemberExpression' }>,
  module: Module,
  frame: Frame | null,
  modules: Modules,
): string | null {
  const name = keyName(node);
  if (name !== null || !node.computed) return name;
  const source = argumentOf(node.property, module, frame);
  return stringOf(source.node, source.module, modules);
}

export interface Argument {
  readonly node: Node;
  readonly module: Module;
  readonly frame: Frame | null;
  /** The outermost call through whose arguments the expression came; null: it stands where it is used. */
  readonly call: { readonly node: Node; readonly module: Module } | null;
}

/** The expression behind a parameter, through all calls that are being looked into. */
export function argumentOf(start: Node, startModule: Module, startFrame: Frame | null): Argument {
  let node = unwrap(start);
  let module = startModule;
  let frame = startFrame;
  let call: Argument['call'] = null;
  while (frame !== null && node.type === 'Identifier') {
    const binding = module.binding(node);
    if (binding?.kind !== 'parameter') break;
    let owner: Frame | null = frame;
    while (owner !== null && owner.owner !== binding.owner) owner = owner.outer;
    const argument: Node | undefined = binding.path.length === 0 ? owner?.args[binding.index] : undefined;
    if (owner === null || argument === undefined || argument.type === 'SpreadElement') break;
    node = unwrap(argument);
    call = { node: owner.call, module: owner.module };
    module = owner.module;
    frame = owner.outer;
  }
  return { node, module, frame, call };
}
