/**
 * MySQL queries → trees in PostgreSQL's vocabulary: SELECT with its sources, unions, WITH, and the statements that write.
 * What PostgreSQL has no word for has one of its own: `UpdateJoinStmt` and `DeleteJoinStmt` write several tables at once.
 */
import type { Body, TaggedNode } from '../ast.ts';
import { type Conversion, columnName, convert, placeOf, rangeOf, stringNode } from './expression.ts';
import { maskQuoted, unquote } from './lexer.ts';
import { isInsertSet, isJsonTable } from './patches.ts';
import { find, has, kid, kids, nameOf, nameParts, sourceOf, type Tree } from './tree.ts';

/** The alias behind an item: its last name or string. */
const aliasOf = (tree: Tree): string | null => {
  const uid = kid(tree, 'uid');
  // The grammar takes the LEFT of a join for a name.
  if (uid) return /^(?:left|right)$/i.test(sourceOf(uid)) ? null : nameOf(uid);
  const last = tree.kids.at(-1);
  return last && tree.kids.length > 1 && /^['"]/.test(sourceOf(last)) ? unquote(sourceOf(last)) : null;
};

const star = (qualifiers: readonly string[], location: number): Body => ({
  ColumnRef: { fields: [...qualifiers.map(stringNode), { A_Star: {} }], location },
});

const selectElement = (tree: Tree, conversion: Conversion): Body => {
  const location = placeOf(tree, conversion);
  const all = kid(tree, 'tableAllColumns');
  const qualified = all ? kid(all, 'fullId') : null;
  if (qualified) return { ResTarget: { val: star(nameParts(qualified), location), location } };
  const value = tree.kids.find((child) => child.rule.startsWith('select'));
  const column = value ? kid(value, 'columnName') : null;
  const bare = value && !column ? find(value, 'columnNamePath') : column;
  const isColumn = bare !== null && value !== undefined && bare.start === value.start && bare.end === value.end;
  const name = aliasOf(tree) ?? (isColumn ? nameOf(bare) : value ? sourceOf(value) : '');
  return { ResTarget: { name: columnName(name), val: value ? convert(value, conversion) : [], location } };
};

/** The items of a select list or of RETURNING. */
export const selectList = (tree: Tree | null, conversion: Conversion): readonly Body[] =>
  (tree?.kids ?? []).flatMap((child): Body[] => {
    if (child.rule === 'selectElement') return [selectElement(child, conversion)];
    const location = placeOf(child, conversion);
    return child.rule === 'pureAllColumns' || child.word === '*' ? [{ ResTarget: { val: star([], location), location } }] : [];
  });

const namesIn = (tree: Tree | null): readonly Body[] => {
  const list = tree ? find(tree, 'columnNames') : null;
  return kids(list, 'columnName').map((column) => stringNode(columnName(nameOf(column))));
};

/** Of JSON_TABLE only what it takes apart is known. */
const jsonTable = (query: Tree, alias: string | null, conversion: Conversion): Body => {
  const list = find(query, 'selectElements');
  return { RangeFunction: { arguments: list ? convert(list, conversion) : [], alias: { aliasname: alias ?? '', colnames: [] } } };
};

const sourceItem = (tree: Tree, conversion: Conversion): unknown => {
  const table = kid(tree, 'tableName');
  const alias = aliasOf(tree);
  if (table) return { RangeVar: rangeOf(table, conversion, alias) };
  const derived = kid(tree, 'atomSubQueryTableSource');
  const query = derived?.kids.find((child) => child.rule !== '');
  if (derived && query && isJsonTable(derived)) return jsonTable(query, alias, conversion);
  if (!query) return joinAll(kids(kid(tree, 'tableSources'), 'tableSource'), conversion);
  const names = namesIn(kid(tree, 'fullColumnNames'));
  return {
    RangeSubselect: {
      subquery: conversion.query(query, conversion),
      lateral: has(tree, 'LATERAL'),
      alias: { aliasname: alias ?? '', colnames: names },
      location: placeOf(tree, conversion),
    },
  };
};

const joinPart = (left: unknown, tree: Tree, conversion: Conversion): unknown => {
  const item = kid(tree, 'tableSourceItem');
  const specs = kids(tree, 'joinSpec');
  const side = ['LEFT', 'RIGHT'].find((word) => has(tree, word));
  return {
    JoinExpr: {
      jointype: side === undefined ? 'JOIN_INNER' : `JOIN_${side}`,
      larg: left,
      rarg: item ? sourceItem(item, conversion) : null,
      isNatural: has(tree, 'NATURAL'),
      usingClause: specs.flatMap((spec) => (has(spec, 'USING') ? namesIn(spec) : [])),
      quals: specs.filter((spec) => !has(spec, 'USING')).map((spec) => convert(spec, conversion)),
    },
  };
};

const tableSource = (tree: Tree, conversion: Conversion): unknown => {
  const item = kid(tree, 'tableSourceItem');
  return kids(tree, 'joinPart').reduce((left, part) => joinPart(left, part, conversion), item ? sourceItem(item, conversion) : null);
};

/** `(a, b)` of a join: one source after the other. */
const joinAll = (sources: readonly Tree[], conversion: Conversion): unknown =>
  sources
    .map((source) => tableSource(source, conversion))
    .reduce((left, right) => (left === null ? right : { JoinExpr: { larg: left, rarg: right } }), null as unknown);

const fromClause = (tree: Tree | null, conversion: Conversion): readonly unknown[] => {
  const sources = tree ? (kid(tree, 'tableSources') ?? tree) : null;
  return kids(sources, 'tableSource').map((source) => tableSource(source, conversion));
};

const convertAll = (trees: readonly Tree[], conversion: Conversion): readonly unknown[] => trees.map((tree) => convert(tree, conversion));

const groupItems = (tree: Tree | null, rule: string, conversion: Conversion): readonly unknown[] =>
  kids(tree, rule).flatMap((item) => {
    const value = item.kids.find((child) => child.rule !== '');
    return value ? [convert(value, conversion)] : [];
  });

/** Names that the select list gives. */
const aliasesIn = (tree: Tree | null): ReadonlySet<string> =>
  new Set(kids(tree, 'selectElement').flatMap((element) => aliasOf(element)?.toLowerCase() ?? []));

const simpleSelect = (tree: Tree, conversion: Conversion, isArm: boolean): Body => {
  const from = kid(tree, 'fromClause');
  const where = from?.kids.filter((child) => child.rule !== '' && child.rule !== 'tableSources') ?? [];
  const order = isArm ? [] : groupItems(kid(tree, 'orderByClause'), 'orderByExpression', conversion);
  const group = kid(tree, 'groupByClause') ?? (from ? kid(from, 'groupByClause') : null);
  return {
    op: 'SETOP_NONE',
    targetList: selectList(kid(tree, 'selectElements'), conversion),
    fromClause: fromClause(from, conversion),
    whereClause: convertAll(
      where.filter((part) => part !== group),
      conversion,
    ),
    groupClause: groupItems(group, 'groupByItem', conversion),
    havingClause: convertAll(kids(tree, 'havingClause'), { ...conversion, outputs: aliasesIn(kid(tree, 'selectElements')) }),
    windowClause: convertAll(kids(tree, 'windowClause'), conversion),
    sortClause: order.map((node) => ({ SortBy: { node } })),
  };
};

const tableStatement = (tree: Tree, conversion: Conversion): Body => {
  const table = kid(tree, 'tableName');
  const location = placeOf(tree, conversion);
  const fromClause = table ? [{ RangeVar: rangeOf(table, conversion) }] : [];
  return { op: 'SETOP_NONE', targetList: [{ ResTarget: { val: star([], location), location } }], fromClause };
};

/** The SELECTs that a query is made of, left to right; ORDER BY behind a union belongs to all of them. */
const armsOf = (tree: Tree, conversion: Conversion, isArm: boolean): readonly Body[] => {
  const isUnited = isArm || find(tree, 'unionStatement') !== null;
  if (tree.rule.startsWith('querySpecification')) {
    const unions = tree.kids.filter((child) => child.rule.startsWith('union'));
    return [simpleSelect(tree, conversion, isArm || unions.length > 0), ...unions.flatMap((union) => armsOf(union, conversion, true))];
  }
  if (tree.rule === 'tableStatement') return [tableStatement(tree, conversion)];
  if (tree.rule === 'valuesStatement' || tree.rule === 'rowValuesList') {
    return [{ op: 'SETOP_NONE', valuesLists: [{ List: { items: tree.kids.map((child) => convert(child, conversion)) } }] }];
  }
  const isQuery = /^(?:select|query|union|setOperations|dmlStatement|withLateral)/;
  const isOpen = tree.kids.some((child) => child.word === '(');
  return tree.kids.flatMap((child) =>
    isQuery.test(child.rule) || /^(?:tableStatement|valuesStatement)$/.test(child.rule)
      ? armsOf(child, conversion, isUnited && !isOpen)
      : [],
  );
};

const cte = (tree: Tree, conversion: Conversion): Body => {
  const [name, ...columns] = kids(tree, 'uid');
  const query = tree.kids.find((child) => !/^(?:uid|columnNames|commonTableExpressions)?$/.test(child.rule));
  const listed = columns.length > 0 ? columns.map((column) => stringNode(columnName(nameOf(column)))) : namesIn(tree);
  return {
    CommonTableExpr: { ctename: nameOf(name ?? null), aliascolnames: listed, ctequery: query ? conversion.query(query, conversion) : null },
  };
};

/** One stands inside the one before it. */
const ctesIn = (tree: Tree): readonly Tree[] => kids(tree, 'commonTableExpressions').flatMap((one) => [one, ...ctesIn(one)]);

/** `WITH …` of a statement. */
export const withClause = (tree: Tree | null, conversion: Conversion): Body =>
  tree ? { withClause: { recursive: has(tree, 'RECURSIVE'), ctes: ctesIn(tree).map((one) => cte(one, conversion)) } } : {};

/** A query with all its arms, tagged; `extra` is its WITH where that stands outside. */
export const selectOf = (tree: Tree, conversion: Conversion, extra: Body = {}): Body => {
  const inner = tree.rule === 'dmlStatement' ? (tree.kids.find((child) => child.rule !== '') ?? tree) : tree;
  const own = withClause(kid(inner, 'withClause'), conversion);
  const [first, ...rest] = armsOf(inner, conversion, false);
  const union = rest.reduce<Body>((larg, rarg) => ({ op: 'SETOP_UNION', larg, rarg }), first ?? { op: 'SETOP_NONE' });
  return { SelectStmt: { ...union, ...own, ...extra } };
};

/** `a = 1` of SET and ON DUPLICATE KEY UPDATE. */
const assignment = (tree: Tree, conversion: Conversion): Body => {
  const column = kid(tree, 'columnName');
  const parts = column ? nameParts(column) : [];
  const value = tree.kids.find((child) => child.rule !== '' && child !== column);
  return {
    ResTarget: {
      name: columnName(parts.at(-1) ?? ''),
      qualifier: parts.length > 1 ? parts.at(-2) : null,
      val: value ? convert(value, conversion) : [],
      location: placeOf(column ?? tree, conversion),
    },
  };
};

/** ON DUPLICATE KEY UPDATE, whose values may name the tables of the SELECT; REPLACE relies on keys without a clause. */
const conflict = (updates: readonly Tree[], conversion: Conversion, isReplace: boolean, from: readonly unknown[] = []): Body =>
  updates.length === 0 && !isReplace
    ? {}
    : { onConflictClause: { targetList: updates.map((update) => assignment(update, conversion)), fromClause: from } };

const isReplace = ({ text }: Tree): boolean => /^\s*REPLACE\b/i.test(text);

const targetsIn = (tree: Tree, conversion: Conversion): readonly Body[] => {
  const list = kid(tree, 'fullColumnNames') ?? tree;
  const names = kid(list, 'columnNames');
  return kids(names, 'columnName').map((column) => ({
    ResTarget: { name: columnName(nameOf(column)), location: placeOf(column, conversion) },
  }));
};

const rowsOf = (tree: Tree, conversion: Conversion): Body | null => {
  const values = find(tree, 'valuesOrValueList');
  // `VALUES ()` names no value: every column gets its default.
  if (!values || /\(\s*\)/.test(maskQuoted(sourceOf(values)))) return null;
  const rows = kids(values, 'expressionsWithDefaults').map((row) => ({
    List: { items: kids(row, 'expressionOrDefault').map((item) => convert(item, conversion)) },
  }));
  return { SelectStmt: { op: 'SETOP_NONE', valuesLists: rows } };
};

/** The FROM of an INSERT's SELECT; that of a union cannot be named. */
const sourcesOf = (source: Body | null): readonly unknown[] => {
  const from = (source?.['SelectStmt'] as Body | undefined)?.['fromClause'];
  return Array.isArray(from) ? from : [];
};

const insert = (tree: Tree, outer: Conversion): TaggedNode | null => {
  const table = kid(tree, 'tableName');
  if (!table) return null;
  const alias = find(kid(tree, 'asRowAlias') ?? { ...tree, kids: [] }, 'uid');
  const conversion: Conversion = { ...outer, rowAlias: alias ? nameOf(alias) : null };
  const query = find(
    { ...tree, kids: tree.kids.filter((child) => /^(?:selectOr|replaceStatementValues)/.test(child.rule)) },
    'selectStatement',
  );
  const selected = find(tree, 'setOperations') ?? (rowsOf(tree, conversion) ? null : query);
  const source = selected ? selectOf(selected, conversion) : rowsOf(tree, conversion);
  return {
    type: 'InsertStmt',
    body: {
      relation: rangeOf(table, conversion),
      cols: targetsIn(tree, conversion),
      ...(source ? { selectStmt: source } : {}),
      ...conflict(kids(tree, 'updatedElement'), conversion, tree.rule === 'replaceStatement', sourcesOf(source)),
    },
  };
};

/** INSERT … SET, which the grammar has read as an UPDATE. */
const insertSet = (tree: Tree, conversion: Conversion): TaggedNode | null => {
  const table = kid(tree, 'tableName');
  if (!table) return null;
  const split = maskQuoted(tree.text).search(/\bON\s+DUPLICATE\s+KEY\s+UPDATE\b/i);
  const all = kids(tree, 'updatedElement');
  const set = all.filter((element) => split < 0 || element.start < split).map((element) => assignment(element, conversion));
  const items = set.map((target) => (target['ResTarget'] as Body)['val']);
  const selectStmt = { SelectStmt: { op: 'SETOP_NONE', valuesLists: [{ List: { items } }] } };
  const updates = all.filter((element) => split >= 0 && element.start >= split);
  return {
    type: 'InsertStmt',
    body: { relation: rangeOf(table, conversion), cols: set, selectStmt, ...conflict(updates, conversion, isReplace(tree)) },
  };
};

const update = (tree: Tree, conversion: Conversion): TaggedNode | null => {
  const one = kid(tree, 'singleUpdateStatement');
  if (one && isInsertSet(tree.text)) return insertSet(one, conversion);
  const table = kid(one, 'tableName');
  const own = one ?? kid(tree, 'multipleUpdateStatement') ?? tree;
  const targetList = kids(own, 'updatedElement').map((element) => assignment(element, conversion));
  const rest = own.kids.filter((child) => !/^(?:tableName|tableSources|uid|updatedElement|limitClause)?$/.test(child.rule));
  const whereClause = convertAll(rest, conversion);
  if (one && table) return { type: 'UpdateStmt', body: { relation: rangeOf(table, conversion, aliasOf(one)), targetList, whereClause } };
  return { type: 'UpdateJoinStmt', body: { fromClause: fromClause(own, conversion), targetList, whereClause } };
};

const remove = (tree: Tree, conversion: Conversion): TaggedNode | null => {
  const one = kid(tree, 'singleDeleteStatement');
  const own = one ?? kid(tree, 'multipleDeleteStatement') ?? tree;
  const rest = own.kids.filter((child) => !/^(?:tableName|tableSources|uid|limitClause|partitionNames)?$/.test(child.rule));
  const whereClause = convertAll(rest, conversion);
  const table = kid(one, 'tableName');
  if (one && table) return { type: 'DeleteStmt', body: { relation: rangeOf(table, conversion, aliasOf(one)), whereClause } };
  const targets = kids(own, 'tableName').map((name) => ({ RangeVar: rangeOf(name, conversion) }));
  return { type: 'DeleteJoinStmt', body: { targets, fromClause: fromClause(own, conversion), whereClause } };
};

const truncate = (tree: Tree, conversion: Conversion): TaggedNode | null => {
  const table = kid(tree, 'tableName');
  return table && { type: 'TruncateStmt', body: { relations: [{ RangeVar: rangeOf(table, conversion) }] } };
};

const STATEMENTS: ReadonlyMap<string, (tree: Tree, conversion: Conversion) => TaggedNode | null> = new Map([
  ['insertStatement', insert],
  ['replaceStatement', insert],
  ['updateStatement', update],
  ['deleteStatement', remove],
  ['truncateTable', truncate],
]);

const query = (tree: Tree, conversion: Conversion): unknown => selectOf(tree, conversion);

export const conversionAt = (base: number): Conversion => ({ base, rowAlias: null, query });

/** One statement (`sqlStatement`, `dmlStatement` or the statement itself) as a tagged node; any other statement as its expressions. */
export const statementOf = (tree: Tree, conversion: Conversion): TaggedNode => {
  let own = tree;
  while (/^(?:program|singleStatement|sqlStatement|dmlStatement|ddlStatement|procedureSqlStatement)$/.test(own.rule)) {
    const next = own.kids.find((child) => child.rule !== '');
    if (!next) break;
    own = next;
  }
  const made = STATEMENTS.get(own.rule)?.(own, conversion);
  if (made) return made;
  if (/^(?:selectStatement|setOperations|tableStatement)$/.test(own.rule)) {
    const body = selectOf(own, conversion)['SelectStmt'] as Body;
    return { type: 'SelectStmt', body };
  }
  return { type: 'OtherStmt', body: { parts: convert(own, conversion) } };
};
