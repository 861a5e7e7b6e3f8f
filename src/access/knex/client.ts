/**
 * Which expressions are Knex: by the package they come from, by their declared type, or only by what they are called.
 * Input: the receiver of a query. Output: how sure that is; null where it is something else.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Modules } from '../../code/types.ts';
import { isTyped } from '../builder/types.ts';
import { clientOf } from '../sql/client.ts';
import type { Source } from '../values.ts';

const KNEX_PACKAGE = /^(?:knex|objection|nestjs-knex|nest-knexjs|@?[\w-]*\/?[\w-]*knex[\w-]*)(?:\/|$)/;
const OTHER_PACKAGE = /supabase|postgrest|kysely|drizzle|typeorm|sequelize|prisma|mongo|firebase|firestore|cheerio|jquery/i;
const LIKELY = /(?:^|[^a-z])(?:knex\w*|\w*db|database|trx|tx|transaction|conn|connection|pg|psql|mysql)$|Knex$|Db$|Trx$|Transaction$/i;

export type Certainty = 'sure' | 'likely';

/** How sure it is that a receiver is a Knex client, transaction or query. */
export function knexOf(receiver: Source, modules: Modules): Certainty | null {
  const node = unwrapAwait(receiver.node);
  const source: Source = { node, module: receiver.module };
  if (isTyped(source, /\b(?:Knex|KnexTransaction)\b/, modules)) return 'sure';
  const { packages } = clientOf(source, modules);
  if ([...packages].some((name) => KNEX_PACKAGE.test(name))) return 'sure';
  if ([...packages].some((name) => OTHER_PACKAGE.test(name))) return null;
  const name = node.type === 'Identifier' ? node.name : node.type === 'MemberExpression' ? keyName(node) : null;
  return name !== null && LIKELY.test(name) ? 'likely' : null;
}
