/** What methods of TypeORM's repositories, managers and active records take and give. Data only. */
import type { SchemaAccess } from '../types.ts';

/** How an argument is read. */
export type Shape =
  /** Find options, or conditions as older versions take them. */
  | 'options'
  | 'where'
  /** Conditions, or values of the primary key. */
  | 'criteria'
  /** A row to insert, or rows. */
  | 'insert'
  | 'update'
  /** A row to insert or update by its key: TypeORM looks first. */
  | 'save'
  /** A row already there. */
  | 'row'
  /** A property. */
  | 'read name'
  | 'write name'
  /** Properties, or `{ conflictPaths }`. */
  | 'conflict';

export interface Method {
  readonly kind: SchemaAccess['kind'];
  readonly args: readonly Shape[];
  /** Whether whole rows come back where nothing chooses columns. */
  readonly returnsRow?: 'one' | 'list' | 'list and count';
  /** Rows are marked as deleted, or no longer. */
  readonly isSoft?: boolean;
}

const read = (args: readonly Shape[], returnsRow?: NonNullable<Method['returnsRow']>): Method => ({
  kind: 'read',
  args,
  ...(returnsRow ? { returnsRow } : {}),
});
const write = (args: readonly Shape[], more: Partial<Method> = {}): Method => ({ kind: 'write', args, ...more });

export const METHODS: ReadonlyMap<string, Method> = new Map([
  ['find', read(['options'], 'list')],
  ['findAndCount', read(['options'], 'list and count')],
  ['findOne', read(['options', 'options'], 'one')],
  ['findOneOrFail', read(['options', 'options'], 'one')],
  ['findBy', read(['where'], 'list')],
  ['findAndCountBy', read(['where'], 'list and count')],
  ['findOneBy', read(['where'], 'one')],
  ['findOneByOrFail', read(['where'], 'one')],
  ['findByIds', read(['criteria', 'options'], 'list')],
  ['findOneById', read(['criteria'], 'one')],
  ['count', read(['options'])],
  ['countBy', read(['where'])],
  ['exist', read(['options'])],
  ['exists', read(['options'])],
  ['existsBy', read(['where'])],
  ['sum', read(['read name', 'where'])],
  ['average', read(['read name', 'where'])],
  ['minimum', read(['read name', 'where'])],
  ['maximum', read(['read name', 'where'])],
  ['findTrees', read(['options'], 'list')],
  ['findRoots', read(['options'], 'list')],
  ['findDescendants', read(['row'], 'list')],
  ['findAncestors', read(['row'], 'list')],
  ['preload', read(['save'], 'one')],
  ['save', write(['save'], { returnsRow: 'one' })],
  ['insert', write(['insert'])],
  ['update', write(['criteria', 'update'])],
  ['updateAll', write(['update'])],
  ['upsert', write(['insert', 'conflict'])],
  ['delete', write(['criteria'])],
  ['deleteAll', write([])],
  ['softDelete', write(['criteria'], { isSoft: true })],
  ['restore', write(['criteria'], { isSoft: true })],
  ['remove', write(['row'])],
  ['softRemove', write(['row'], { isSoft: true })],
  ['recover', write(['row'], { isSoft: true })],
  ['increment', write(['where', 'write name'])],
  ['decrement', write(['where', 'write name'])],
  ['clear', write([])],
]);

/** Methods of a row itself. */
export const ROW_METHODS: ReadonlySet<string> = new Set(['save', 'remove', 'softRemove', 'recover', 'reload']);

/** Keys of find options: an object without any is conditions. */
export const OPTION_KEYS: ReadonlySet<string> = new Set([
  'where',
  'select',
  'relations',
  'order',
  'join',
  'skip',
  'take',
  'cache',
  'lock',
  'withDeleted',
  'loadRelationIds',
  'loadEagerRelations',
  'relationLoadStrategy',
  'transaction',
  'comment',
]);
