/** What methods of MikroORM's entity manager and repositories take and give. Data only. */
import type { SchemaAccess } from '../types.ts';

/** How an argument is read. */
export type Shape = 'where' | 'options' | 'insert' | 'update' | 'names';

export interface Method {
  readonly kind: SchemaAccess['kind'];
  /** Of the repository; the manager takes the entity before them. */
  readonly args: readonly Shape[];
  readonly returnsRow?: 'one' | 'list' | 'list and count';
  /** Columns are sent unasked unless `fields` chooses. */
  readonly selects?: boolean;
  /** What the row has and the data not is asked back. */
  readonly returnsRest?: boolean;
}

const read = (args: readonly Shape[], returnsRow: NonNullable<Method['returnsRow']>): Method => ({
  kind: 'read',
  args,
  returnsRow,
  selects: true,
});

export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['find', read(['where', 'options'], 'list')],
  ['findOne', read(['where', 'options'], 'one')],
  ['findOneOrFail', read(['where', 'options'], 'one')],
  ['findAndCount', read(['where', 'options'], 'list and count')],
  ['findAll', read(['options'], 'list')],
  ['findByCursor', read(['where', 'options'], 'list')],
  ['count', { kind: 'read', args: ['where', 'options'] }],
  ['create', { kind: 'write', args: ['insert'], returnsRow: 'one' }],
  ['insert', { kind: 'write', args: ['insert'] }],
  ['insertMany', { kind: 'write', args: ['insert'] }],
  ['upsert', { kind: 'write', args: ['insert', 'options'], returnsRow: 'one', returnsRest: true }],
  ['upsertMany', { kind: 'write', args: ['insert', 'options'], returnsRow: 'list', returnsRest: true }],
  ['nativeInsert', { kind: 'write', args: ['insert'] }],
  ['nativeUpdate', { kind: 'write', args: ['where', 'update'] }],
  ['nativeDelete', { kind: 'write', args: ['where'] }],
  ['assign', { kind: 'write', args: ['update'] }],
]);

/** Methods that take rows, whole ones. */
export const ROW_METHODS: ReadonlySet<string> = new Set(['assign', 'refresh', 'populate', 'persist', 'remove']);

export const LOGICAL: ReadonlySet<string> = new Set(['$and', '$or', '$not', '$some', '$every', '$none']);
