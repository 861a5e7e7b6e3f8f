/**
 * PL/pgSQL trees → the SQL texts in them, in order.
 * Input: the functions of `parsePlpgsql`. Output: statements, expressions and dynamic SQL, each as text.
 */
import { type Body, isBody, listOf, literalOf, nameParts, nodeOf, numberOf, textOf, untag } from '../../parse/sql/ast.ts';
import type { Postgres } from '../../parse/sql/postgres.ts';

export interface EmbeddedSql {
  readonly kind: 'statement' | 'expression' | 'assignment' | 'dynamic';
  readonly text: string;
}

/** The key under which a statement holds SQL that is only known at run time. */
const DYNAMIC: ReadonlyMap<string, string> = new Map([
  ['PLpgSQL_stmt_dynexecute', 'query'],
  ['PLpgSQL_stmt_dynfors', 'query'],
  ['PLpgSQL_stmt_return_query', 'dynquery'],
  ['PLpgSQL_stmt_open', 'dynquery'],
]);

const kindOf = (mode: number): EmbeddedSql['kind'] => (mode === 0 ? 'statement' : mode >= 3 ? 'assignment' : 'expression');

/** Every embedded SQL text of a body, in source order. */
export const embeddedSql = (functions: readonly Body[]): readonly EmbeddedSql[] => {
  const found: EmbeddedSql[] = [];
  const stack: { value: unknown; isDynamic: boolean }[] = [{ value: functions, isDynamic: false }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { value, isDynamic } = next;
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) stack.push({ value: value[i], isDynamic });
      continue;
    }
    if (!isBody(value)) continue;
    for (const key of Object.keys(value).reverse()) {
      const child = value[key];
      if (!isBody(child) && !Array.isArray(child)) continue;
      if (key === 'PLpgSQL_expr' && isBody(child)) {
        found.push({ kind: isDynamic ? 'dynamic' : kindOf(numberOf(child, 'parseMode')), text: textOf(child, 'query') ?? '' });
        continue;
      }
      const dynamicKey = DYNAMIC.get(key);
      if (dynamicKey === undefined || !isBody(child)) {
        stack.push({ value: child, isDynamic });
        continue;
      }
      const { [dynamicKey]: query, ...rest } = child;
      stack.push({ value: rest, isDynamic: false }, { value: query, isDynamic: true });
    }
  }
  return found;
};

/** Names of a body's variables and parameters. */
export const variablesOf = (functions: readonly Body[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const item of functions) {
    const body = item['PLpgSQL_function'];
    for (const datum of isBody(body) ? listOf(body, 'datums') : []) {
      for (const variable of isBody(datum) ? Object.values(datum) : []) {
        const name = isBody(variable) ? textOf(variable, 'refname') : null;
        if (name !== null) names.add(name);
      }
    }
  }
  return names;
};

/** `format('… %I …', 'x')` with literal arguments only. */
const foldFormat = (args: readonly unknown[]): string | null => {
  const values = args.map(fold);
  const [pattern, ...rest] = values;
  if (typeof pattern !== 'string' || rest.includes(null) || /%[^IsL%]/.test(pattern)) return null;
  let next = 0;
  const spell = (kind: string): string => {
    if (kind === '%') return '%';
    const value = rest[next++] ?? '';
    if (kind === 'I') return /^[a-z_][a-z0-9_$]*$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
    return kind === 'L' ? `'${value.replaceAll("'", "''")}'` : value;
  };
  return pattern.replace(/%([IsL%])/g, (_, kind: string) => spell(kind));
};

const fold = (value: unknown): string | null => {
  const literal = literalOf(value);
  if (literal !== null) return literal;
  const node = untag(value);
  if (node?.type === 'A_Expr' && nameParts(listOf(node.body, 'name'))[0] === '||') {
    const [left, right] = [fold(node.body['lexpr']), fold(node.body['rexpr'])];
    return left === null || right === null ? null : left + right;
  }
  if (node?.type !== 'FuncCall') return null;
  const name = nameParts(listOf(node.body, 'funcname')).at(-1);
  const args = listOf(node.body, 'args');
  if (name === 'format') return foldFormat(args);
  return name === 'quote_ident' && args.length === 1 ? foldFormat([{ A_Const: { sval: { sval: '%I' } } }, ...args]) : null;
};

/** The SQL that an EXECUTE runs, where its text is constant; null otherwise. */
export const constantSql = (postgres: Postgres, expression: string): string | null => {
  const parsed = postgres.parse(`SELECT ${expression}`);
  const select = parsed.ok ? parsed.nodes[0]?.node : undefined;
  const target = select ? untag(listOf(select.body, 'targetList')[0]) : null;
  const value = target ? nodeOf(target.body, 'val') : null;
  return value ? fold({ [value.type]: value.body }) : null;
};

/** How dynamic SQL begins that takes nothing away, whatever names are put into it. */
const HARMLESS =
  /^\s*(?:(?:pg_catalog\.)?(?:format|concat)\s*\(\s*)?E?'\s*(?:GRANT|REVOKE|COMMENT|ANALYZE|NOTIFY|SET|RESET|INSERT|UPDATE|DELETE|CREATE\s+(?:SCHEMA|TABLE|(?:UNIQUE\s+)?INDEX|ROLE|USER|EXTENSION|SEQUENCE))\s/i;

/** Whether an EXECUTE that is built at run time is known to change nothing that code could name. */
export const isHarmless = (expression: string): boolean => HARMLESS.test(expression) && !/;\s*\S/.test(expression);
