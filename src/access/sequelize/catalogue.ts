/** What methods of Sequelize's models take and give. Data only. */
import type { SchemaAccess } from '../types.ts';

/** How an argument is read. */
export type Shape =
  | 'options'
  /** A value of the primary key. */
  | 'key'
  /** A row to insert, or rows. */
  | 'insert'
  | 'update'
  | 'upsert'
  /** An attribute, a list of them, or an object with them as keys. */
  | 'read names'
  | 'write names';

export interface Method {
  readonly kind: SchemaAccess['kind'];
  readonly args: readonly Shape[];
  /** What comes back; `pair`: a row with whether it was made. */
  readonly returnsRow?: 'one' | 'list' | 'list and count' | 'pair';
  /** Every column is sent unasked, whatever the options say: RETURNING of a new row. */
  readonly isWhole?: boolean;
  /** Columns are sent unasked unless `attributes` chooses. */
  readonly selects?: boolean;
  /** Only `updatedAt` is sent unasked. */
  readonly touches?: boolean;
  /** Rows are marked as deleted where the model is paranoid. */
  readonly isDelete?: boolean;
}

const one: Method = { kind: 'read', args: ['options'], returnsRow: 'one', selects: true };
const list: Method = { kind: 'read', args: ['options'], returnsRow: 'list', selects: true };
const byKey: Method = { kind: 'read', args: ['key', 'options'], returnsRow: 'one', selects: true };
const count: Method = { kind: 'read', args: ['options'] };
const aggregate: Method = { kind: 'read', args: ['read names', 'options'] };
const listAndCount: Method = { kind: 'read', args: ['options'], returnsRow: 'list and count', selects: true };
const orCreate: Method = { kind: 'write', args: ['options'], returnsRow: 'pair', isWhole: true };
const touch: Method = { kind: 'write', args: ['write names', 'options'], touches: true };

export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['findAll', list],
  ['all', list],
  ['findOne', one],
  ['find', one],
  ['findByPk', byKey],
  ['findById', byKey],
  ['findByPrimary', byKey],
  ['findAndCountAll', listAndCount],
  ['findAndCount', listAndCount],
  ['findAllWithCount', listAndCount],
  ['count', count],
  ['max', aggregate],
  ['min', aggregate],
  ['sum', aggregate],
  ['aggregate', aggregate],
  ['findOrCreate', orCreate],
  ['findCreateFind', orCreate],
  ['findOrBuild', { ...orCreate, kind: 'read' }],
  ['findOrInitialize', { ...orCreate, kind: 'read' }],
  ['create', { kind: 'write', args: ['insert', 'options'], returnsRow: 'one', isWhole: true }],
  ['bulkCreate', { kind: 'write', args: ['insert', 'options'], returnsRow: 'list', isWhole: true }],
  ['upsert', { kind: 'write', args: ['upsert', 'options'], returnsRow: 'pair', isWhole: true }],
  ['insertOrUpdate', { kind: 'write', args: ['upsert', 'options'], isWhole: true }],
  ['update', { kind: 'write', args: ['update', 'options'], touches: true }],
  ['destroy', { kind: 'write', args: ['options'], isDelete: true }],
  ['restore', { kind: 'write', args: ['options'], isDelete: true, touches: true }],
  ['truncate', { kind: 'write', args: [] }],
  ['increment', touch],
  ['decrement', touch],
]);

/** Methods of a row itself: what their arguments are. */
export const ROW_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['save', { kind: 'write', args: ['options'], touches: true }],
  ['update', { kind: 'write', args: ['update', 'options'], touches: true }],
  ['updateAttributes', { kind: 'write', args: ['update', 'options'], touches: true }],
  ['destroy', { kind: 'write', args: [], isDelete: true }],
  ['restore', { kind: 'write', args: [], isDelete: true, touches: true }],
  ['reload', { kind: 'read', args: ['options'], selects: true }],
  ['increment', touch],
  ['decrement', touch],
]);

/** Methods of a row that read or set a value without asking the database. */
export const VALUE_METHODS: ReadonlyMap<string, SchemaAccess['kind']> = new Map([
  ['get', 'read'],
  ['getDataValue', 'read'],
  ['previous', 'read'],
  ['changed', 'read'],
  ['set', 'write'],
  ['setDataValue', 'write'],
  ['setAttributes', 'write'],
]);

/** Prefixes of the methods that an association adds to rows. */
export const ASSOCIATION_METHODS = /^(get|count|has|set|add|remove|create)([A-Z]\w*)$/;
