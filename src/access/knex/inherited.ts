/**
 * Queries of a base class on the table that a subclass gives it: `this.db(this.tableName)`, where the subclass says
 * `super('users', …)`, `tableName = 'users'`, `this.tableName = 'users'` or `get tableName() { return 'users' }`.
 * Input: a class. Output: the texts of its fields as they are for it, and whether a method of a base class is its own.
 */
import { isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { type ClassNode, type ClassSource, lineageOf } from '../orm/decorators.ts';
import { returnsOf, type Source } from '../values.ts';

type Method = Extract<ClassNode['body']['body'][number], { kind: 'constructor' | 'method' | 'get' | 'set' }>;

export interface Inherited {
  /** The classes it extends, nearest first. */
  readonly bases: readonly ClassSource[];
  /** Text of a field, where the class gives it one. */
  textOf(field: string): string | null;
  /** Whether a node of a base class runs for the class: not in a method that the class replaces. */
  runs(node: Node): boolean;
}

/** What a class makes of the fields of those it extends; null where it extends none of the repository. */
export function inheritedBy(start: ClassSource, modules: Modules): Inherited | null {
  const lineage = lineageOf(start, modules);
  const bases = lineage.slice(1);
  if (bases.length === 0) return null;
  const known = new Map<string, string | null>();
  const own = new Set(start.node.body.body.flatMap((member) => (member.type === 'MethodDefinition' ? (keyName(member) ?? []) : [])));
  const callsSuper = (name: string): boolean => start.module.text.slice(start.node.start, start.node.end).includes(`super.${name}`);
  return {
    bases,
    textOf: (field) => {
      const before = known.get(field);
      if (before !== undefined) return before;
      const found = textOfField(field, lineage, modules);
      known.set(field, found);
      return found;
    },
    runs: (node) => {
      const method = bases.flatMap(({ node: base }) => methodAround(base, node))[0];
      const name = method ? keyName(method) : null;
      return name === null || method?.kind === 'constructor' || !own.has(name) || callsSuper(name);
    },
  };
}

const methodAround = ({ body }: ClassNode, { start, end }: Node): Method[] =>
  body.body.flatMap((member) => (member.type === 'MethodDefinition' && member.start <= start && member.end >= end ? [member] : []));

const constructorOf = ({ body }: ClassNode): Method | undefined =>
  body.body.find((member): member is Method => member.type === 'MethodDefinition' && member.kind === 'constructor');

/** The field's text: what the nearest class says of it, with what is handed to its constructor. */
function textOfField(field: string, lineage: readonly ClassSource[], modules: Modules): string | null {
  for (const [index, { node, module }] of lineage.entries()) {
    const value = valueIn(field, node, module);
    if (value === null) continue;
    if (typeof value === 'number') return textOfParameter(value, index, lineage, modules);
    const text = stringOf(value.node, module, modules);
    const parameter = text === null ? parameterAt(value.node, node, module) : -1;
    return text ?? (parameter < 0 ? null : textOfParameter(parameter, index, lineage, modules));
  }
  return null;
}

/** The expression that a class gives a field; the index of a constructor's parameter that declares it. */
function valueIn(field: string, node: ClassNode, module: Module): Source | number | null {
  for (const member of node.body.body) {
    if (keyName(member) !== field) continue;
    if (member.type === 'PropertyDefinition' && member.value) return { node: member.value, module };
    if (member.type === 'MethodDefinition' && member.kind === 'get' && isFunction(member.value))
      return returnsOf({ node: member.value, module })[0] ?? null;
  }
  const made = constructorOf(node);
  if (!made) return null;
  const declared = made.value.params.findIndex(
    (one) => one.type === 'TSParameterProperty' && one.parameter.type === 'Identifier' && one.parameter.name === field,
  );
  if (declared >= 0) return declared;
  const assigned = module
    .nodes('AssignmentExpression')
    .find(
      ({ left, start, end }) =>
        start >= made.start &&
        end <= made.end &&
        left.type === 'MemberExpression' &&
        left.object.type === 'ThisExpression' &&
        keyName(left) === field,
    );
  return assigned ? { node: assigned.right, module } : null;
}

/** Which parameter of the class's constructor a name is; -1: none. */
function parameterAt(start: Node, node: ClassNode, module: Module): number {
  const name = unwrapAwait(start);
  const made = constructorOf(node);
  if (name.type !== 'Identifier' || !made || module.binding(name)?.kind !== 'parameter') return -1;
  return made.value.params.findIndex((one) => {
    const plain = one.type === 'TSParameterProperty' ? one.parameter : one;
    return plain.type === 'Identifier' && plain.name === name.name;
  });
}

/** What the class below hands on with `super(…)`. */
function textOfParameter(index: number, at: number, lineage: readonly ClassSource[], modules: Modules): string | null {
  const below = lineage[at - 1];
  if (!below) return null;
  const made = constructorOf(below.node);
  // Without a constructor of its own a class hands on what it is given.
  if (!made) return textOfParameter(index, at - 1, lineage, modules);
  const call = below.module
    .nodes('CallExpression')
    .find(({ callee, start, end }) => callee.type === 'Super' && start >= made.start && end <= made.end);
  const given = call?.arguments[index];
  if (!given || given.type === 'SpreadElement') return null;
  const text = stringOf(given, below.module, modules);
  const parameter = text === null ? parameterAt(given, below.node, below.module) : -1;
  return text ?? (parameter < 0 ? null : textOfParameter(parameter, at - 1, lineage, modules));
}
