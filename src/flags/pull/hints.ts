/** What to do next when a provider does not give what was asked. Pure. */
import type { Target } from './http.ts';

const kept = 'Nothing was written.';

export function hintFor(status: number | null, kind: 'redirect' | 'body' | null, { provider, variable, isGiven }: Target): string {
  const token = variable === null ? 'the token' : `the token in ${variable}`;
  const address = isGiven ? ' and the address given' : '';
  if (kind === 'redirect') return `${kept} If that host is ${provider}'s, name it with --host.`;
  if (kind === 'body') return `${kept} Check that the address is that of ${provider}'s API${isGiven ? '' : ', or name it with --host'}.`;
  if (status === 401)
    return `${kept} ${capitalised(token)} was refused: check that it is whole, has not expired and is of the kind docs/flags.md names.`;
  if (status === 403) return `${kept} ${capitalised(token)} may not read this: give it the rights docs/flags.md names.`;
  if (status === 404) return `${kept} Check --project and --environment${address}, and what ${token} may see.`;
  if (status === 429) return `${kept} Too much was asked in a short time: try again later.`;
  if (status !== null && status >= 500) return `${kept} The fault is on ${provider}'s side: try again later.`;
  if (status === null) return `${kept} Check the network${isGiven ? ' and the address given' : ' and its proxy'}, and try again.`;
  return `${kept} Check the options, and the rights of ${token}.`;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
