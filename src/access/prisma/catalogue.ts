/**
 * The Prisma client's query methods as data: which argument keys mean what, and which columns the client adds unasked.
 * Measured with Prisma 4–6: find*, create, createManyAndReturn, update, updateManyAndReturn, upsert and delete return the
 * whole row unless `select` or `omit` says otherwise; count, aggregate, groupBy and the *Many writes do not.
 */
export interface Method {
  readonly kind: 'read' | 'write';
  /** The whole row comes back unless the call chooses. */
  readonly returnsRow: 'one' | 'list' | null;
}

const read = (returnsRow: Method['returnsRow']): Method => ({ kind: 'read', returnsRow });
const write = (returnsRow: Method['returnsRow']): Method => ({ kind: 'write', returnsRow });

export const METHODS: ReadonlyMap<string, Method> = new Map([
  ['findUnique', read('one')],
  ['findUniqueOrThrow', read('one')],
  ['findFirst', read('one')],
  ['findFirstOrThrow', read('one')],
  ['findMany', read('list')],
  ['count', read(null)],
  ['aggregate', read(null)],
  ['groupBy', read(null)],
  ['create', write('one')],
  ['createMany', write(null)],
  ['createManyAndReturn', write('list')],
  ['update', write('one')],
  ['updateMany', write(null)],
  ['updateManyAndReturn', write('list')],
  ['upsert', write('one')],
  ['delete', write('one')],
  ['deleteMany', write(null)],
]);

/** How the value under an argument key is read. */
export type ArgumentShape = 'where' | 'select' | 'include' | 'omit' | 'data' | 'order' | 'fields' | 'names';

export const ARGUMENTS: ReadonlyMap<string, ArgumentShape> = new Map<string, ArgumentShape>([
  ['where', 'where'],
  ['cursor', 'where'],
  ['having', 'where'],
  ['select', 'select'],
  ['include', 'include'],
  ['omit', 'omit'],
  ['data', 'data'],
  ['create', 'data'],
  ['update', 'data'],
  ['orderBy', 'order'],
  ['distinct', 'names'],
  ['by', 'names'],
  ['_count', 'fields'],
  ['_sum', 'fields'],
  ['_avg', 'fields'],
  ['_min', 'fields'],
  ['_max', 'fields'],
]);

/** Further argument keys; anything else as the only key of an argument says that this is no Prisma call. */
export const OTHER_ARGUMENTS: ReadonlySet<string> = new Set([
  'take',
  'skip',
  'skipDuplicates',
  'relationLoadStrategy',
  'cacheStrategy',
  'limit',
]);

export const LOGICAL: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT']);
export const RELATION_FILTERS: ReadonlySet<string> = new Set(['some', 'every', 'none', 'is', 'isNot']);

/** Nested writes of a relation: the shape of what they hold. */
export const NESTED_WRITES: ReadonlyMap<string, readonly (readonly [key: string | null, shape: 'where' | 'data'])[]> = new Map([
  ['create', [[null, 'data']]],
  ['connect', [[null, 'where']]],
  ['disconnect', [[null, 'where']]],
  ['set', [[null, 'where']]],
  ['delete', [[null, 'where']]],
  ['deleteMany', [[null, 'where']]],
  [
    'connectOrCreate',
    [
      ['where', 'where'],
      ['create', 'data'],
    ],
  ],
  ['createMany', [['data', 'data']]],
  [
    'update',
    [
      ['where', 'where'],
      ['data', 'data'],
      [null, 'data'],
    ],
  ],
  [
    'updateMany',
    [
      ['where', 'where'],
      ['data', 'data'],
    ],
  ],
  [
    'upsert',
    [
      ['where', 'where'],
      ['create', 'data'],
      ['update', 'data'],
    ],
  ],
]);

/** `Prisma.UserSelect`: what an object annotated with a generated type holds. */
export const GENERATED_INPUTS: readonly (readonly [suffix: RegExp, shape: ArgumentShape])[] = [
  [/(?:Select|SelectScalar)$/, 'select'],
  [/Include$/, 'include'],
  [/Omit$/, 'omit'],
  [/Where(?:Unique)?Input$/, 'where'],
  [/OrderBy\w*Input$/, 'order'],
  [/(?:Unchecked)?(?:Create|Update)(?:Many)?(?:Mutation)?Input$/, 'data'],
];

/** Packages that query models of their own when they are handed a client. */
export const ADAPTERS: readonly { readonly packages: RegExp; readonly models: readonly string[] }[] = [
  { packages: /^(?:@auth|@next-auth)\/prisma-adapter$/, models: ['User', 'Account', 'Session', 'VerificationToken'] },
  { packages: /^@lucia-auth\/adapter-prisma$/, models: ['User', 'Session'] },
];
