/**
 * Lists that an API gives in pages. Input: how to ask for a page and how to know the last. Output: all items.
 * Invariant: a list ends where the API says so, else with a page that is empty or is the one before again; a page that
 * has no list is an error of `Ask`.
 */
import type { Ask, Request } from '../state/api.ts';
import { type Json, listOf, numberOf, objectOf } from '../state/shape.ts';

/** What is added to the query for the page after `seen` items, of which `answer` was the last; null: there is none. */
export type NextPage = (seen: number, page: number, answer: Json | null) => NonNullable<Request['query']> | null;

const maxPages = 2_000;

export async function allPages(ask: Ask, request: Request & { readonly list: string }, next: NextPage): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let before = '';
  let more = next(0, 0, null);
  for (let page = 1; more !== null && page <= maxPages; page++) {
    const answer = await ask({ ...request, query: { ...request.query, ...more } });
    const list = listOf(request.list === '' ? answer : objectOf(answer)?.[request.list]);
    const text = JSON.stringify(list);
    if (list.length === 0 || text === before) break;
    before = text;
    items.push(...list);
    more = next(items.length, page, objectOf(answer));
  }
  return items;
}

/** `limit` and `offset`; `total` names the member that counts all items, `more` the one that is false (or null) on the last page. */
export function byOffset(size: number, says: { readonly total?: string; readonly more?: string } = {}): NextPage {
  return (seen, _, answer) => {
    const total = says.total === undefined ? null : numberOf(answer?.[says.total]);
    const isLast = says.more !== undefined && answer !== null && !answer[says.more];
    return answer !== null && (isLast || (total !== null && seen >= total)) ? null : { limit: size, offset: seen };
  };
}
