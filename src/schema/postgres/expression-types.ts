/**
 * The type of an expression, where its text and the replayed schema say it.
 * Input: a tagged expression and the types of the columns in scope. Output: a type as `format_type` spells it, or `unknown`.
 * Invariant: what is not certain (operators of extensions, overloads that depend on arguments nobody knows) is `unknown`.
 */
import {
  type Body,
  childOf,
  EMPTY,
  isBody,
  listOf,
  nameParts,
  nodeOf,
  nodesOf,
  numberOf,
  stringOf,
  textOf,
  untag,
} from '../../parse/sql/ast.ts';
import { formatType } from './type-names.ts';

export const UNKNOWN = 'unknown';
/** A string constant, or NULL, that takes the type of what it meets; text where it meets nothing. */
const LITERAL = 'literal';

export interface Types {
  /** `a.x` or `x`. */
  readonly column: (fields: readonly string[]) => string;
  /** The result type of a function that the history made; null for others. */
  readonly routine: (name: string) => string | null;
  /** Types of a subquery's columns. */
  readonly query: (query: unknown) => readonly string[];
}

/** Depth at which an expression's type is no longer looked for. */
const DEEPEST = 100;

const ALWAYS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bigint: 'count row_number rank dense_rank nextval currval lastval',
    integer:
      'length char_length character_length octet_length bit_length strpos ascii array_length cardinality jsonb_array_length json_array_length ntile',
    text: 'lower upper btrim ltrim rtrim concat concat_ws md5 to_char format replace initcap lpad rpad repeat reverse split_part string_agg translate quote_ident quote_literal array_to_string jsonb_typeof json_typeof chr',
    boolean: 'bool_and bool_or every starts_with isfinite',
    'timestamp with time zone': 'now clock_timestamp statement_timestamp transaction_timestamp',
    uuid: 'gen_random_uuid uuidv4 uuidv7',
    'double precision': 'random pi',
    numeric: 'extract',
    jsonb: 'jsonb_build_object jsonb_build_array jsonb_agg jsonb_object_agg to_jsonb jsonb_set',
    json: 'json_build_object json_build_array json_agg json_object_agg to_json row_to_json',
  }).flatMap(([type, names]) => names.split(' ').map((name): [string, string] => [name, type])),
);

const base = (type: string): string => type.replace(/\([^)]*\)/, '');
const isText = (type: string): boolean => type === LITERAL || /^(?:text|character varying|character)\b(?!.*\[\])/.test(type);
const INTEGERS: readonly string[] = ['smallint', 'integer', 'bigint'];
const NUMBERS: readonly string[] = [...INTEGERS, 'numeric', 'real', 'double precision'];

const SUMS: ReadonlyMap<string, string> = new Map([
  ['smallint', 'bigint'],
  ['integer', 'bigint'],
  ['bigint', 'numeric'],
  ['numeric', 'numeric'],
  ['real', 'real'],
  ['double precision', 'double precision'],
  ['interval', 'interval'],
]);

/** One type for several values: the same one, without a limit that they do not share; strings take that of the others. */
export const commonType = (types: readonly string[]): string => {
  const known = types.filter((type) => type !== LITERAL);
  const [first] = known;
  if (first === undefined) return LITERAL;
  if (known.every((type) => type === first)) return known.length === types.length ? first : base(first);
  return known.every((type) => base(type) === base(first)) ? base(first) : UNKNOWN;
};

const OF_ARGUMENT: ReadonlyMap<string, (type: string) => string> = new Map<string, (type: string) => string>([
  ['max', (type) => (isText(type) ? 'text' : base(type))],
  ['min', (type) => (isText(type) ? 'text' : base(type))],
  ['sum', (type) => SUMS.get(base(type)) ?? UNKNOWN],
  ['avg', (type) => (INTEGERS.includes(type) ? 'numeric' : base(type) === 'numeric' ? 'numeric' : UNKNOWN)],
  ['array_agg', (type) => (type === UNKNOWN || type === LITERAL || type.endsWith('[]') ? UNKNOWN : `${base(type)}[]`)],
  ['abs', (type) => (NUMBERS.includes(base(type)) ? base(type) : UNKNOWN)],
  ['first_value', base],
  ['last_value', base],
]);

type Find = (types: Types, body: Body, depth: number) => string;

const typeAt = (types: Types, part: unknown, depth: number): string => {
  const node = untag(part);
  if (!node || depth > DEEPEST) return UNKNOWN;
  return FINDERS.get(node.type)?.(types, node.body, depth + 1) ?? UNKNOWN;
};

const typesAt = (types: Types, parts: readonly unknown[], depth: number): readonly string[] =>
  parts.map((part) => typeAt(types, part, depth));

const constant: Find = (_, body) => {
  if (isBody(body['ival'])) return 'integer';
  if (isBody(body['boolval'])) return 'boolean';
  const number = childOf(body, 'fval');
  if (!number) return isBody(body['sval']) || body['isnull'] === true ? LITERAL : UNKNOWN;
  const text = textOf(number, 'fval') ?? '';
  return /^\d{1,18}$/.test(text) ? 'bigint' : 'numeric';
};

const call: Find = (types, body, depth) => {
  const parts = nameParts(listOf(body, 'funcname'));
  const name = parts.at(-1) ?? '';
  const own = types.routine(parts.join('.'));
  if (own !== null) return own.startsWith('setof ') ? UNKNOWN : own;
  const fixed = ALWAYS.get(name);
  if (fixed !== undefined) return fixed;
  const find = OF_ARGUMENT.get(name);
  const argument = listOf(body, 'args')[0];
  const type = find ? typeAt(types, argument, depth) : UNKNOWN;
  return find && type !== UNKNOWN ? find(type) : UNKNOWN;
};

const COMPARES = /^(?:=|<>|!=|<|>|<=|>=|~~|!~~|~~\*|!~~\*|~|~\*|!~|!~\*|@>|<@|&&)$/;

const arithmetic = (left: string, right: string): string => {
  const [a, b] = [base(left), base(right)];
  if (!NUMBERS.includes(a) || !NUMBERS.includes(b)) return UNKNOWN;
  const [low, high] = [a, b].map((type) => NUMBERS.indexOf(type)).sort((x, y) => x - y);
  // real with anything wider is double precision.
  if (a !== b && high !== undefined && low !== undefined && NUMBERS[high] === 'real') return 'double precision';
  return NUMBERS[high ?? 0] ?? UNKNOWN;
};

const operator: Find = (types, body, depth) => {
  const kind = textOf(body, 'kind') ?? '';
  const name = stringOf(listOf(body, 'name').at(-1)) ?? '';
  if (kind === 'AEXPR_NULLIF') return base(typeAt(types, body['lexpr'], depth));
  if (kind !== 'AEXPR_OP' || COMPARES.test(name)) return 'boolean';
  const [left, right] = typesAt(types, [body['lexpr'], body['rexpr']], depth);
  if (left === undefined || right === undefined || body['lexpr'] === undefined) return UNKNOWN;
  if (name === '||') return isText(left) && isText(right) ? 'text' : UNKNOWN;
  return /^[+\-*/%]$/.test(name) ? arithmetic(left, right) : UNKNOWN;
};

const VALUES: ReadonlyMap<string, string> = new Map([
  ['SVFOP_CURRENT_DATE', 'date'],
  ['SVFOP_CURRENT_TIME', 'time with time zone'],
  ['SVFOP_CURRENT_TIMESTAMP', 'timestamp with time zone'],
  ['SVFOP_LOCALTIME', 'time without time zone'],
  ['SVFOP_LOCALTIMESTAMP', 'timestamp without time zone'],
]);

const subLink: Find = (types, body) => {
  const kind = textOf(body, 'subLinkType') ?? '';
  if (kind === 'EXISTS_SUBLINK' || kind === 'ANY_SUBLINK' || kind === 'ALL_SUBLINK') return 'boolean';
  const [first = UNKNOWN] = types.query(body['subselect']);
  if (kind === 'EXPR_SUBLINK') return first;
  return kind === 'ARRAY_SUBLINK' && first !== UNKNOWN && first !== LITERAL && !first.endsWith('[]') ? `${base(first)}[]` : UNKNOWN;
};

const choice: Find = (types, body, depth) => {
  const results = nodesOf(body, 'args').map(({ body: when }) => typeAt(types, when['result'], depth));
  return commonType([...results, body['defresult'] === undefined ? LITERAL : typeAt(types, body['defresult'], depth)]);
};

const array: Find = (types, body, depth) => {
  const element = commonType(typesAt(types, listOf(body, 'elements'), depth));
  if (element === LITERAL) return 'text[]';
  return element === UNKNOWN || element.endsWith('[]') ? UNKNOWN : `${base(element)}[]`;
};

const isTruth: Find = () => 'boolean';

const FINDERS: ReadonlyMap<string, Find> = new Map<string, Find>([
  ['A_Const', constant],
  ['ColumnRef', (types, body) => types.column(listOf(body, 'fields').map((field) => stringOf(field) ?? ''))],
  ['TypeCast', (_, body) => formatType(childOf(body, 'typeName') ?? EMPTY)],
  ['CollateClause', (types, body, depth) => typeAt(types, body['arg'], depth)],
  ['FuncCall', call],
  ['A_Expr', operator],
  ['BoolExpr', isTruth],
  ['NullTest', isTruth],
  ['BooleanTest', isTruth],
  ['CoalesceExpr', (types, body, depth) => commonType(typesAt(types, listOf(body, 'args'), depth))],
  ['MinMaxExpr', (types, body, depth) => commonType(typesAt(types, listOf(body, 'args'), depth))],
  ['CaseExpr', choice],
  ['A_ArrayExpr', array],
  ['SubLink', subLink],
  ['SQLValueFunction', (_, body) => (numberOf(body, 'typmod') > 0 ? UNKNOWN : (VALUES.get(textOf(body, 'op') ?? '') ?? UNKNOWN))],
]);

/** The type of an output column: a string that meets nothing is text. */
export const expressionType = (types: Types, target: Body): string => {
  const value = nodeOf(target, 'val');
  return value ? typeAt(types, target['val'], 0) : UNKNOWN;
};

/** What an output column gets in the end. */
export const settled = (type: string): string => (type === LITERAL ? 'text' : type);
