/** REINDEX, VACUUM FULL, CLUSTER and REFRESH MATERIALIZED VIEW: nothing changes but who has to wait. */
import { type Body, childOf, isTrue, listOf, nodesOf, textOf, untag } from '../../parse/sql/ast.ts';
import { ownerOf } from '../draft.ts';
import { act, type PgStep, relationOf } from '../step.ts';
import { concurrently } from './safe-sql.ts';

const hasOption = (body: Body, list: string, name: string): boolean =>
  nodesOf(body, list).some(({ body: option }) => textOf(option, 'defname') === name);

const ownText = (step: PgStep): string => step.source.text.slice(step.start, step.end);

const actOn = (step: PgStep, row: string, table: string, isConcurrent: boolean, instead?: string): void => {
  if (!isConcurrent) act(step, row, table, instead === undefined ? {} : { instead });
  else if (step.session.inTransaction) act(step, 'pg-concurrently-in-transaction', table);
};

export const reindex = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  if (!range) return;
  const name = relationOf(step, range);
  const table =
    textOf(body, 'kind') === 'REINDEX_OBJECT_INDEX'
      ? (ownerOf(step.draft, 'indexes', name) ?? ownerOf(step.draft, 'constraints', name))?.name
      : name;
  const safe = concurrently(ownText(step), /\b(?:INDEX|TABLE)\b/i);
  actOn(step, 'pg-reindex', table ?? name, hasOption(body, 'params', 'concurrently'), safe);
};

export const vacuum = (step: PgStep, body: Body): void => {
  if (!isTrue(body, 'is_vacuumcmd') || !hasOption(body, 'options', 'full')) return;
  for (const item of listOf(body, 'rels')) {
    const range = childOf(untag(item)?.body ?? {}, 'relation');
    if (range) act(step, 'pg-vacuum-full', relationOf(step, range));
  }
};

/** CLUSTER and REFRESH, by their hazard's row. */
export const maintenance =
  (row: string) =>
  (step: PgStep, body: Body): void => {
    const range = childOf(body, 'relation') ?? childOf(childOf(body, 'relation') ?? {}, 'relation');
    if (!range || isTrue(body, 'skipData')) return;
    const safe = row === 'pg-refresh' ? concurrently(ownText(step), /\bVIEW\b/i) : undefined;
    const name = relationOf(step, range);
    if (row !== 'pg-refresh' || !isTrue(body, 'concurrent')) act(step, row, name, safe === undefined ? {} : { instead: safe });
  };
