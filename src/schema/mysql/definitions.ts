/** Column and key definitions of the tree → records, without a look at the table they are for. */
import { unquote } from '../../parse/sql/mysql/lexer.ts';
import { find, has, kid, kids, nameOf, nameParts, sourceOf, type Tree } from '../../parse/sql/mysql/tree.ts';
import type { Column, Constraint } from '../types.ts';
import { formatType } from './type-names.ts';

/** A key as written; columns in the text's spelling. */
export interface KeyDefinition {
  readonly kind: 'primary-key' | 'unique' | 'index' | 'fulltext' | 'spatial' | 'foreign-key' | 'check';
  /** Constraint or index name, where one is given. */
  readonly name: string | null;
  /** `FOREIGN KEY name (…)`: of the index that MySQL makes for it. */
  readonly indexName: string | null;
  readonly columns: readonly string[];
  /** Whether a part of it is an expression. */
  readonly isFunctional: boolean;
  readonly references: { readonly table: Tree; readonly columns: readonly string[] } | null;
  readonly expression?: string;
  readonly allowed?: Constraint['allowed'];
  readonly isEnforced: boolean;
  readonly tree: Tree;
}

export interface ColumnDefinition {
  readonly column: Column;
  /** NULL is written. */
  readonly isExplicitlyNull: boolean;
  readonly isAutoIncrement: boolean;
  readonly keys: readonly KeyDefinition[];
  /** Columns a generated column is computed from. */
  readonly uses: readonly string[];
}

/** Every column name below a tree. */
export const columnsIn = (tree: Tree): readonly string[] => {
  const found = new Set<string>();
  const stack: Tree[] = [tree];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.rule === 'columnName' || node.rule === 'columnNamePath') found.add(nameOf(node));
    else stack.push(...node.kids);
  }
  return [...found].reverse();
};

const NO_KEY = { name: null, indexName: null, isFunctional: false, references: null, isEnforced: true } as const;

/** `status IN ('a', 'b')` and `status = 'a'`: the constants that one column may be. */
const allowedBy = (tree: Tree): Constraint['allowed'] => {
  const expression = find(tree, 'predicate');
  const list = expression && has(expression, 'IN') && !has(expression, 'NOT') ? kid(expression, 'expressions') : null;
  const column = expression ? find(expression, 'columnNamePath') : null;
  if (!list || !column || kid(expression, 'predicate')?.end !== column.end) return undefined;
  const values = kids(list, 'expression').map(sourceOf);
  if (values.some((value) => !/^(?:'[\s\S]*'|"[\s\S]*"|-?[\d.]+)$/.test(value))) return undefined;
  return { column: nameOf(column), values: values.map(unquote) };
};

const checkFrom = (tree: Tree, constraintName: string | null): KeyDefinition => {
  const symbol = kid(tree, 'constraintSymbol');
  const expression = kid(tree, 'expression');
  const isWhole = expression !== null && kid(expression, 'expression') === null;
  const allowed = expression && isWhole ? allowedBy(expression) : undefined;
  return {
    ...NO_KEY,
    kind: 'check',
    name: symbol ? nameOf(kid(symbol, 'uid')) || null : constraintName,
    columns: expression ? columnsIn(expression) : [],
    ...(expression ? { expression: sourceOf(expression) } : {}),
    ...(allowed ? { allowed } : {}),
    isEnforced: !(has(tree, 'NOT') && has(tree, 'ENFORCED')),
    tree,
  };
};

const partsOf = (tree: Tree | null): Pick<KeyDefinition, 'columns' | 'isFunctional'> => {
  const parts = kids(tree, 'indexColumnName');
  const columns = parts.flatMap((part) => {
    const uid = kid(part, 'uid');
    return uid ? [nameOf(uid)] : columnsIn(part);
  });
  return { columns, isFunctional: parts.some((part) => kid(part, 'uid') === null) };
};

const foreignFrom = (tree: Tree, definition: Tree, name: string | null): KeyDefinition => {
  const table = kid(definition, 'tableName');
  return {
    ...NO_KEY,
    ...partsOf(kid(tree, 'indexColumnNames')),
    kind: 'foreign-key',
    name,
    indexName: nameOf(kid(tree, 'indexName')) || null,
    references: table ? { table, columns: partsOf(kid(definition, 'indexColumnNames')).columns } : null,
    tree,
  };
};

/** A key of CREATE TABLE's list, of ALTER TABLE … ADD or CREATE INDEX; null where the tree is none. */
export const keyFrom = (tree: Tree): KeyDefinition | null => {
  const symbol = kid(tree, 'constraintSymbol');
  const name = nameOf(symbol ? kid(symbol, 'uid') : kid(tree, 'uid')) || null;
  const check = kid(tree, 'checkConstraintDefinition');
  if (check) return checkFrom(check, name);
  const definition = kid(tree, 'referenceDefinition');
  if (definition) return foreignFrom(tree, definition, name);
  const columns = kid(tree, 'indexColumnNames');
  if (!columns) return null;
  const common = { ...NO_KEY, ...partsOf(columns), tree };
  if (has(tree, 'PRIMARY')) return { ...common, kind: 'primary-key', name: 'PRIMARY' };
  const own = nameOf(kid(tree, 'indexName') ?? kid(tree, 'indexNameCreate')) || null;
  if (has(tree, 'UNIQUE')) return { ...common, kind: 'unique', name: own ?? name };
  if (has(tree, 'FULLTEXT')) return { ...common, kind: 'fulltext', name: own };
  return { ...common, kind: has(tree, 'SPATIAL') ? 'spatial' : 'index', name: own };
};

const inlineKeys = (name: string, constraints: readonly Tree[]): readonly KeyDefinition[] => {
  const found: KeyDefinition[] = [];
  for (const tree of constraints) {
    const check = kid(tree, 'checkConstraintDefinition');
    if (check) found.push(checkFrom(check, null));
    const isUnique = has(tree, 'UNIQUE');
    if (isUnique) found.push({ ...NO_KEY, kind: 'unique', columns: [name], tree });
    else if (has(tree, 'PRIMARY') || has(tree, 'KEY'))
      found.push({ ...NO_KEY, kind: 'primary-key', name: 'PRIMARY', columns: [name], tree });
  }
  return found;
};

const isNull = (value: string | null): boolean => value !== null && value.toUpperCase() === 'NULL';

/** A column as its definition says; `name` is what it will be called. */
export const columnFrom = (name: string, definition: Tree): ColumnDefinition => {
  const constraints = kids(definition, 'columnConstraint');
  const type = kid(definition, 'dataType');
  const isSerial = type !== null && /^serial$/i.test(sourceOf(type));
  const generated = constraints.find((c) => has(c, 'AS') && kid(c, 'expression'));
  const isAutoIncrement = isSerial || constraints.some((c) => has(c, 'AUTO_INCREMENT') || has(c, 'SERIAL'));
  const given = constraints.map((c) => kid(c, 'defaultValue')).find((value) => value !== null);
  const update = constraints.find((c) => has(c, 'ON') && has(c, 'UPDATE'));
  const nulls = constraints.map((c) => kid(c, 'nullNotNull')).find((value) => value !== null);
  const keys: KeyDefinition[] = [...inlineKeys(name, constraints)];
  if (isSerial && type) keys.push({ ...NO_KEY, kind: 'unique', columns: [name], tree: type });
  const isNotNull = isSerial || (nulls ? has(nulls, 'NOT') : false) || keys.some((key) => key.kind === 'primary-key');
  const isStored = generated !== undefined && (has(generated, 'STORED') || has(generated, 'PERSISTENT'));
  const expression = generated ? kid(generated, 'expression') : null;
  const plain = given ? sourceOf(given) : null;
  let value: string | null = isNull(plain) ? null : plain;
  if (update) value = `${value ?? 'NULL'} ${sourceOf(update)}`;
  if (isAutoIncrement) value = 'auto_increment';
  if (expression) value = sourceOf(expression);
  return {
    column: {
      name,
      type: type ? formatType(type) : 'unknown',
      nullable: !isNotNull && !isAutoIncrement,
      default: value,
      generated: expression !== null,
      ...(isStored ? { isStored } : {}),
    },
    isExplicitlyNull: nulls ? !has(nulls, 'NOT') : false,
    isAutoIncrement,
    keys,
    uses: expression ? columnsIn(expression) : [],
  };
};

/** `db.table` of a key's REFERENCES, for messages. */
export const spelledName = (tree: Tree): string => nameParts(tree).join('.');
