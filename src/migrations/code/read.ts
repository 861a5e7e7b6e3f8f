/**
 * One migration written in code → its parts: finds `up` and reads it through.
 * Input: the module, the layout of its folder, the database's dialect. Output: parts in the order of the calls.
 * Invariants: never throws on purpose; `down` is never read; a file that may have an `up` which cannot be found is a problem.
 */
import { type FunctionNode, isFunction, keyName } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { exportOf } from '../../code/values.ts';
import type { MigrationPart } from '../../schema/replay.ts';
import { type CodeLayout, isNumbered } from '../layouts/code.ts';
import type { Dialect } from '../types.ts';
import type { Builder } from './builder.ts';
import { GLOBALS } from './builtins.ts';
import { callFunction, instanceOf } from './call.ts';
import { classMember, memberValue } from './evaluate.ts';
import { declaredValue, moduleScope } from './names.ts';
import { makeRecorder } from './recorder.ts';
import { makeRun, type Run } from './run.ts';
import { type Scope, UNDEFINED, UNKNOWN, type Value } from './value.ts';

export interface CodeMigration {
  readonly module: Module;
  readonly modules: Modules;
  readonly layout: CodeLayout;
  readonly dialect: Dialect;
  /** Texts of SQL files that the code may read, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>;

const upOfClass = (run: Run, node: ClassNode, scope: Scope, base: Value): Value =>
  classMember(run, instanceOf({ kind: 'class', node, scope }, base), 'up');

const exported = (run: Run, module: Module, name: string): Value => {
  const own = module.exports.get(name);
  if (own?.kind === 'expression') return declaredValue(run, own.node, moduleScope(run, module));
  const origin = exportOf(module.path, name, run.modules);
  if (origin?.kind !== 'local' || origin.node.type === 'Identifier' || origin.node.type === 'Program') return UNKNOWN;
  return declaredValue(run, origin.node, moduleScope(run, origin.module));
};

const hasUp = (node: ClassNode): boolean =>
  node.body.body.some((member) => keyName(member) === 'up' && 'value' in member && member.value !== null && isFunction(member.value));

/** The `up` of a file: exported by name, in an exported object, or a method of a class. */
const findUp = (run: Run, module: Module, base: Value): Value => {
  for (const name of ['up', 'default', 'export=']) {
    const value = exported(run, module, name);
    if (name === 'up' && value.kind === 'function') return value;
    if (value.kind === 'class') return upOfClass(run, value.node, value.scope, base);
    const inner = value.kind === 'record' ? memberValue(value, 'up') : UNKNOWN;
    if (inner.kind === 'function') return inner;
  }
  const found = module.nodes('ClassDeclaration', 'ClassExpression').find(hasUp);
  return found ? upOfClass(run, found, moduleScope(run, module), base) : UNKNOWN;
};

const SEEN = 2_000;

/** Whether a file in which no `up` is found may still be a migration: by its name, or by what it says and exports. */
const mayMigrate = ({ path, text, exports }: Module): boolean => {
  if (isNumbered(path)) return true;
  const whole = exports.get('default') ?? exports.get('export=');
  const isMade = whole?.kind === 'expression' && /^(?:CallExpression|NewExpression|AwaitExpression|Identifier)$/.test(whole.node.type);
  return isMade || exports.has('up') || /\bexports\.up\b/.test(text);
};

/** What the runner gives; a parameter past that is filled by a runner of the repository's own: `Promise` by itself, others unknown. */
const withOwn = (given: readonly Value[], { params }: FunctionNode): readonly Value[] => [
  ...given,
  ...params.slice(given.length).map((param) => {
    if (param.type === 'AssignmentPattern') return UNDEFINED;
    return (param.type === 'Identifier' ? GLOBALS.get(param.name) : null) ?? UNKNOWN;
  }),
];

/** The parts of a migration in code. */
export const readCodeMigration = ({ module, modules, layout, dialect, texts }: CodeMigration): readonly MigrationPart[] => {
  const recorder = makeRecorder(dialect);
  const builder: Builder = { recorder, dialect };
  const run = makeRun({
    modules,
    texts,
    recorder,
    packageValue: (source, imported) => layout.packageValue?.(builder, source, imported) ?? null,
  });
  const up = findUp(run, module, layout.base?.(builder) ?? UNKNOWN);
  if (up.kind === 'function') callFunction(run, up, withOwn(layout.arguments(builder), up.node));
  else if (mayMigrate(module)) recorder.problem({ module, start: 0, end: 0 }, 'no `up` can be found in it', module.text.slice(0, SEEN));
  return recorder.parts;
};
