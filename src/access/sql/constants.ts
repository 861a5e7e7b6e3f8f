/**
 * What constants of an SQL text are worth in code: those written in it, and parameters whose argument is a constant.
 * Input: constants of a parsed text. Output: their values; parameters that are computed are left out.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { resolveValue, stringOf } from '../../code/values.ts';
import type { Constant } from '../../schema/constants.ts';
import { type Entries, elementsOf, entriesOf, type Source } from '../values.ts';
import type { SqlText } from './text.ts';

/** A parsed text with the way from its trees to the code it is written in. */
export interface WrittenSql {
  readonly text: SqlText;
  /** The text as it was parsed: placeholders of other libraries replaced. */
  readonly parsed: string;
  readonly toUtf16: (location: number) => number;
  /** The expression that is the text. */
  readonly call: Source;
}

/** A literal's value as SQL text; undefined for what is no constant. */
export function literalOf(source: Source, modules: Modules): string | null | undefined {
  const { module } = source;
  const node = unwrapAwait(source.node);
  if (node.type === 'Literal') {
    if (node.value === null) return 'raw' in node && node.raw === 'null' ? null : undefined;
    return typeof node.value === 'object' ? undefined : String(node.value);
  }
  const text = stringOf(node, module, modules);
  if (text !== null) return text;
  const resolved = node.type === 'Identifier' || node.type === 'MemberExpression' ? resolveValue(node, module, modules) : null;
  return resolved?.node.type === 'Literal' ? literalOf(resolved, modules) : undefined;
}

const isHole = ({ source, offset }: ReturnType<SqlText['at']>): boolean =>
  source.node.type !== 'TemplateLiteral' && offset === source.node.start;

/** The call that is given the text, with what it is given beside it. */
function parametersOf({ node, module }: Source, modules: Modules): readonly Source[] {
  const parent = module.parent(node);
  const list = parent?.type === 'Property' ? valuesBeside(parent, module, modules) : argumentAfter(node, parent, module);
  return list ? elementsOf(list, modules).elements : [];
}

const argumentAfter = (node: Node, parent: Node | null, module: Module): Source | null => {
  if (parent?.type !== 'CallExpression') return null;
  const next = parent.arguments[parent.arguments.findIndex((argument) => argument === node) + 1];
  return next && unwrapAwait(next).type === 'ArrayExpression' ? { node: next, module } : null;
};

/** `{ text: '…', values: [ … ] }`. */
const valuesBeside = (property: Node, module: Module, modules: Modules): Source | null => {
  const object = module.parent(property);
  const entries: Entries | null = object?.type === 'ObjectExpression' ? entriesOf({ node: object, module }, modules) : null;
  return entries?.entries.find((entry) => entry.key === 'values')?.value ?? null;
};

/** The values that constants of the text stand for. */
export function valuesOf(constants: readonly Constant[], sql: WrittenSql, modules: Modules): readonly (string | null)[] {
  return constants.flatMap((constant) => {
    const offset = sql.toUtf16(constant.location);
    const place = sql.text.at(offset);
    if (isHole(place)) return known(literalOf(place.source, modules));
    const written = sql.text.sql.slice(offset, offset + 12);
    if (constant.kind === 'value') return sql.parsed.startsWith(written.slice(0, 1), offset) ? [constant.value] : [];
    const number = /^\$(\d+)/.exec(written)?.[1];
    const argument = number === undefined ? undefined : parametersOf(sql.call, modules)[Number(number) - 1];
    return argument ? known(literalOf(argument, modules)) : [];
  });
}

const known = (value: string | null | undefined): (string | null)[] => (value === undefined ? [] : [value]);
