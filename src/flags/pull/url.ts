/** Addresses of requests. Invariant: HTTPS, or plain HTTP to this machine; no credentials in an address. */
import { UsageError } from '../../parse/errors.ts';
import type { Request } from '../state/api.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Checks a base URL that a user gave; `where` says in which option or variable. Output: it, without a trailing slash. */
export function checkedHost(text: string, where: string): string {
  const hint = `Give the address of the provider in ${where}, such as https://flags.example.com.`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new UsageError(`The address in ${where} is not a URL.`, hint);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError(`The address in ${where} holds more than a host and a path.`, hint);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
  if (!isSafe)
    throw new UsageError(
      `The address in ${where} is neither HTTPS nor on this machine: the token would be sent in the open to ${url.host}.`,
      'Give an address that begins with https://.',
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** The address of a request. What the base ends in and the path begins with is there once: `https://…/api` and `/api/admin`. */
export function urlFor({ path, query = {}, host }: Request, target: { readonly host: string; readonly isGiven: boolean }): URL {
  const url = new URL(target.isGiven ? target.host : (host ?? target.host));
  const base = url.pathname.replace(/\/+$/, '');
  const parts = base.split('/');
  const shared = parts.map((_, at) => `/${parts.slice(at).join('/')}`).find((tail) => tail !== '/' && path.startsWith(`${tail}/`)) ?? '';
  url.pathname = `${base}${path.slice(shared.length)}`;
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) url.searchParams.append(name, String(one));
  }
  return url;
}
