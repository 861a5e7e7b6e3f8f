/** How long to wait before a request is tried again. Pure. */

const first = 500;
const longest = 20_000;

/** Twice as long each time, at random within the upper half so that many do not come back at once. */
export function backoff(attempt: number, random: number): number {
  const most = Math.min(longest, first * 2 ** (attempt - 1));
  return most / 2 + (most / 2) * random;
}

const resets = ['x-ratelimit-reset', 'ratelimit-reset', 'x-rate-limit-reset'];

/** What the provider asks for, in milliseconds; null where it says nothing. */
export function askedWait(headers: Headers, now: number): number | null {
  const after = headers.get('retry-after');
  if (after !== null) return untilText(after, now);
  const reset = resets.map((name) => headers.get(name)).find((value) => value !== null);
  return reset === undefined || reset === null ? null : untilText(reset, now);
}

/** Seconds from now, a time since 1970 in seconds or milliseconds, or a date. */
function untilText(text: string, now: number): number | null {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  const at = Number.isNaN(number) ? Date.parse(text) : number > 1e12 ? number : number > 1e9 ? number * 1000 : now + number * 1000;
  return Number.isFinite(at) ? Math.max(0, at - now) : null;
}
