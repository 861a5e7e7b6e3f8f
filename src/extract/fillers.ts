/**
 * Who fills a new column for the rows that are there already: migrations, scripts, jobs.
 * Input: the tree at head, new columns with their legacy ones. Output: those of them that something seems to fill.
 * Text alone decides, and generously: what is only likely to be a backfill is taken for one.
 */

import { roleOf } from '../discover/roles.ts';
import type { Tree } from '../discover/tree.ts';
import { decode } from '../parse/text.ts';
import { anyOf, camel } from './spelling.ts';
import type { ColumnName } from './transitions.ts';

export interface Moved {
  readonly legacy: ColumnName;
  readonly fresh: ColumnName;
}

/** Longer than this it is no single statement. */
const MAX_STATEMENT = 2_000;
const FILLS = /\b(?:update|insert|merge|set|save|upsert|create)/i;
const IS_BACKFILL = /back-?_?fill|migrat|(?:^|\/)(?:scripts?|jobs?|tasks|bin|tools?|cron)\//i;

/** The pairs whose new column some migration, script or job writes beside the legacy one. */
export async function filledOnes(pairs: readonly Moved[], head: Tree): Promise<readonly Moved[]> {
  const filled = new Set<Moved>();
  if (pairs.length === 0) return [];
  const names = pairs.flatMap(({ fresh }) => [fresh.column, camel(fresh.column)]);
  const files = (await head.search([...new Set(names)])).filter((path) => !/^(?:test|generated)$/.test(roleOf(path)));
  for (const [path, bytes] of await head.read(files)) {
    const decoded = decode(bytes);
    if (!decoded.ok || !FILLS.test(decoded.text)) continue;
    for (const pair of pairs) if (fills(pair, path, decoded.text)) filled.add(pair);
  }
  return [...filled];
}

function fills({ legacy, fresh }: Moved, path: string, text: string): boolean {
  const [from, to] = [legacy, fresh].map(({ column }) => `\\b(?:${anyOf([...new Set([column, camel(column)])])})\\b`);
  if (!new RegExp(to ?? '').test(text) || !new RegExp(from ?? '').test(text)) return false;
  if (IS_BACKFILL.test(path) || /back-?_?fill/i.test(text)) return true;
  const names = [/\bupdate\b/i, new RegExp(to ?? '', 'i'), new RegExp(from ?? '', 'i')];
  return text.split(';').some((statement) => statement.length < MAX_STATEMENT && names.every((name) => name.test(statement)));
}
