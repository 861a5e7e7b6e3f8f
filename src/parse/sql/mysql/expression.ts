/**
 * MySQL expressions → trees in PostgreSQL's vocabulary, as far as names and constants go: column names, subqueries, constants,
 * comparisons; anything else becomes the list of its parts.
 * Invariants: column names are in lower case (MySQL compares them without case), qualifiers as written; never throws.
 */
import type { Body } from '../ast.ts';
import { unquote } from './lexer.ts';
import { has, kid, nameOf, nameParts, sourceOf, type Tree } from './tree.ts';

export interface Conversion {
  /** Added to every location. */
  readonly base: number;
  /** `AS new` of INSERT: the row about to be written. */
  readonly rowAlias: string | null;
  /** Names of the select list, where a name may mean one of them: HAVING. */
  readonly outputs?: ReadonlySet<string>;
  /** A query's tree, tagged. */
  readonly query: (tree: Tree, conversion: Conversion) => unknown;
}

export const stringNode = (sval: string): Body => ({ String: { sval } });

export const columnName = (name: string): string => name.toLowerCase();

export const placeOf = (tree: Tree, { base }: Conversion): number => base + tree.start;

/** `db.table` as a RangeVar's body. */
export const rangeOf = (tree: Tree, conversion: Conversion, alias: string | null = null): Body => {
  const parts = nameParts(tree);
  const [schema] = parts.length > 1 ? parts.slice(-2) : [];
  return {
    ...(schema === undefined ? {} : { schemaname: schema }),
    relname: parts.at(-1) ?? '',
    ...(alias === null ? {} : { alias: { aliasname: alias } }),
    location: placeOf(tree, conversion),
  };
};

/** NEW and OLD go by these names in any case. */
const qualifier = (name: string, { rowAlias }: Conversion): string => {
  if (name === rowAlias) return 'excluded';
  return /^(?:new|old)$/i.test(name) ? name.toLowerCase() : name;
};

const columnRef = (tree: Tree, conversion: Conversion): unknown => {
  // The grammar takes a string in the select list for a name.
  if (/^['"]/.test(sourceOf(tree))) return constant(tree, conversion);
  const parts = nameParts(tree);
  if (parts.length === 1 && /^default$/i.test(sourceOf(tree))) return { SetToDefault: { location: placeOf(tree, conversion) } };
  const own = columnName(parts.at(-1) ?? '');
  if (parts.length === 1 && conversion.outputs?.has(own)) return [];
  const fields = [...parts.slice(0, -1).map((part) => qualifier(part, conversion)), own].map(stringNode);
  return { ColumnRef: { fields, location: placeOf(tree, conversion) } };
};

const constant = (tree: Tree, conversion: Conversion): unknown => {
  const text = sourceOf(tree);
  const location = placeOf(tree, conversion);
  const make = (value: Body): unknown => ({ A_Const: { ...value, location } });
  if (text.startsWith('?') || text.startsWith(':') || text.startsWith('$')) return { ParamRef: { number: 0, location } };
  if (/^['"]/.test(text)) return make({ sval: { sval: unquote(text) } });
  if (/^null$/i.test(text)) return make({ isnull: true });
  if (/^(?:true|false)$/i.test(text)) return make({ boolval: { boolval: /^true$/i.test(text) } });
  if (/^-?\s*\d+$/.test(text)) return make({ ival: { ival: Number(text.replace(/\s/g, '')) } });
  return /^-?[\d.]+(?:e[+-]?\d+)?$/i.test(text) ? make({ fval: { fval: text } }) : [];
};

/** `VALUES(column)` of ON DUPLICATE KEY UPDATE: the row about to be written. */
const valuesOf = (tree: Tree, conversion: Conversion): unknown => {
  const column = kid(tree, 'columnName');
  if (!column || !has(tree, 'VALUES')) return convertParts(tree, conversion);
  const fields = ['excluded', columnName(nameOf(column))].map(stringNode);
  return { ColumnRef: { fields, location: placeOf(column, conversion) } };
};

const subquery = (tree: Tree, conversion: Conversion, kind: string): unknown => ({
  SubLink: { subLinkType: kind, subselect: conversion.query(tree, conversion) },
});

const expressionAtom = (tree: Tree, conversion: Conversion): unknown => {
  const inner = kid(tree, 'selectStatement');
  if (inner) return subquery(inner, conversion, has(tree, 'EXISTS') ? 'EXISTS_SUBLINK' : 'EXPR_SUBLINK');
  return convertParts(tree, conversion);
};

const isEquality = (operator: Tree | null): string | null => {
  const text = operator ? sourceOf(operator).replace(/\s/g, '') : '';
  return text === '=' || text === '<>' || text === '!=' ? text : null;
};

/** `a = 1`, `a IN (1, 2)`; others by their parts. */
const predicate = (tree: Tree, conversion: Conversion): unknown => {
  const parts = tree.kids.filter((child) => child.rule !== '');
  const location = placeOf(tree, conversion);
  const operator = isEquality(kid(tree, 'comparisonOperator'));
  const [left, , right] = parts;
  if (operator !== null && parts.length === 3 && left && right) {
    const sides = { lexpr: convert(left, conversion), rexpr: convert(right, conversion) };
    return { A_Expr: { kind: 'AEXPR_OP', name: [stringNode(operator)], ...sides, location } };
  }
  const list = kid(tree, 'expressions');
  if (has(tree, 'IN') && list && left) {
    const items = list.kids.filter((child) => child.rule !== '').map((item) => convert(item, conversion));
    const name = [stringNode(has(tree, 'NOT') ? '<>' : '=')];
    return { A_Expr: { kind: 'AEXPR_IN', name, lexpr: convert(left, conversion), rexpr: { List: { items } }, location } };
  }
  return convertParts(tree, conversion);
};

type Convert = (tree: Tree, conversion: Conversion) => unknown;

const RULES: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['columnName', columnRef],
  ['columnNamePath', columnRef],
  ['constant', constant],
  ['defaultValue', (tree, conversion) => convertParts(tree, conversion)],
  ['specificFunction', valuesOf],
  ['expressionAtom', expressionAtom],
  ['predicate', predicate],
  ['selectStatement', (tree, conversion) => subquery(tree, conversion, 'ANY_SUBLINK')],
  ['setOperations', (tree, conversion) => subquery(tree, conversion, 'ANY_SUBLINK')],
  ['windowName', () => []],
  ['functionName', () => []],
]);

const convertParts: Convert = (tree, conversion) => {
  const parts = tree.kids.filter((child) => child.rule !== '');
  // `((x))` is x: what a constant is compared with must stay one node.
  if (parts.length === 1 && parts[0]) return convert(parts[0], conversion);
  return parts.map((child) => convert(child, conversion));
};

/** An expression, or any part of a statement that holds expressions. */
export const convert: Convert = (tree, conversion) => (RULES.get(tree.rule) ?? convertParts)(tree, conversion);
