/**
 * Collects accesses: filters by interest, resolves positions and guards, and keeps one record per place and object.
 * Invariant: guards are only computed for accesses that are kept.
 */
import { scopeName } from '../code/guards.ts';
import { transactionAround } from '../code/transactions.ts';
import type { Guard } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';
import type { AccessContext, RowWrite, SchemaAccess } from './types.ts';
import type { Source } from './values.ts';

export interface Draft {
  readonly database: string;
  readonly kind: SchemaAccess['kind'];
  readonly table: string;
  readonly column: string | null;
  readonly columns?: readonly string[];
  readonly how: SchemaAccess['how'];
  readonly confidence: SchemaAccess['confidence'];
  readonly operation: string;
  readonly constants?: readonly (string | null)[];
  readonly isPrepared?: boolean;
}

export type RowDraft = Omit<RowWrite, 'layer' | 'location' | 'scope' | 'guards' | 'site' | 'entries'>;

export interface Recorder {
  /** `at` is where the name is written, `call` the query it ends in: guards of both hold. */
  add(draft: Draft, at: Source, call: Source): void;
  /** The same for a statement that writes rows. */
  addRows(draft: RowDraft, at: Source, call: Source): void;
  readonly accesses: readonly SchemaAccess[];
  readonly writes: readonly RowWrite[];
}

/** A recorder for one layer's accesses. */
export function makeRecorder(layer: string, context: AccessContext): Recorder {
  const kept = new Map<string, SchemaAccess>();
  const rows = new Map<string, RowWrite>();
  const place = (at: Source, call: Source): Pick<SchemaAccess, 'layer' | 'location' | 'scope' | 'guards' | 'site'> => ({
    layer,
    ...(isInside(at, call) ? {} : { site: locationOf(call) }),
    location: locationOf(at),
    scope: `${call.module.path} ${scopeName(call.node, call.module)}`,
    guards: guardsOfBoth(at, call, context),
  });
  return {
    get accesses() {
      return [...kept.values()];
    },
    get writes() {
      return [...rows.values()];
    },
    addRows: (draft, at, call) => {
      if (!isTableWanted(draft, context)) return;
      const { file, line, column } = locationOf(at);
      const key = [draft.database, draft.table, draft.statement, file, line, column].join('\0');
      if (!rows.has(key)) rows.set(key, { ...draft, ...place(at, call) });
    },
    add: (draft, at, call) => {
      if (!isWanted(draft, context)) return;
      const location = locationOf(at);
      const key = [
        draft.database,
        draft.kind,
        draft.table,
        draft.column ?? '',
        draft.how,
        location.file,
        location.line,
        location.column,
      ].join('\0');
      const known = kept.get(key);
      if (!known) kept.set(key, { ...draft, ...place(at, call), ...(draft.kind === 'write' ? transactionOf(call) : {}) });
      else if (known.columns && draft.columns) kept.set(key, { ...known, columns: [...new Set([...known.columns, ...draft.columns])] });
    },
  };
}

/** Where the transaction around a query is opened. */
function transactionOf({ node, module }: Source): Pick<SchemaAccess, 'transaction'> {
  const opened = transactionAround(node, module);
  return opened ? { transaction: locationOf({ node: opened, module }) } : {};
}

export const locationOf = ({ node, module }: Source): Location => ({ file: module.path, ...module.span(node) });

function isWanted({ database, table, column, columns, isPrepared }: Draft, { interest }: AccessContext): boolean {
  if (!interest || (isPrepared && interest.has(database, table, null))) return true;
  return columns ? columns.some((c) => interest.has(database, table, c)) : interest.has(database, table, column);
}

/** A writer matters to its table and to every column of it, filled or left out. */
function isTableWanted({ database, table }: RowDraft, { interest, databases }: AccessContext): boolean {
  if (!interest || interest.has(database, table, null)) return true;
  const columns =
    databases
      .find((d) => d.id === database)
      ?.schema.tables.get(table)
      ?.columns.keys() ?? [];
  return [...columns].some((column) => interest.has(database, table, column));
}

function guardsOfBoth(at: Source, call: Source, context: AccessContext): readonly Guard[] {
  if (isInside(at, call)) return context.guards(at.node, at.module);
  return [...context.guards(call.node, call.module), ...context.guards(at.node, at.module)];
}

const isInside = (at: Source, call: Source): boolean =>
  at.module === call.module && at.node.start >= call.node.start && at.node.end <= call.node.end;
