/**
 * Flagsmith: the environment document that its SDKs evaluate by, one for each environment, with the server-side key of that
 * environment. Overrides of identities come in pages, as the `Link` header says.
 */
import type { Api, Ask, Request } from '../state/api.ts';
import { entriesOf, type Json, listOf, objectOf, textOf } from '../state/shape.ts';

export const flagsmithApi: Api = {
  host: 'https://edge.api.flagsmith.com',
  hostVariables: ['FLAGSMITH_API_URL'],
  tokens: ['FLAGSMITH_ENVIRONMENT_KEY', 'FLAGSMITH_SERVER_KEY'],
  tokenFor: 'environment',
  settings: [{ name: 'environment', isRequired: false, help: 'name of the environment the key is for (default: what its document says)' }],
  async pull(ask, { token, environments, environmentTokens }) {
    const keys: readonly (readonly [string, string])[] = environments.length === 0 ? [['', token]] : [...environmentTokens];
    const documents = await Promise.all(keys.map(([name, key]) => documentOf(name, key, ask)));
    return { environments: Object.fromEntries(documents) };
  },
};

const maxPages = 1_000;

async function documentOf(name: string, key: string, ask: Ask): Promise<readonly [string, Json]> {
  let query: Request['query'] | null = {};
  let document: Json | null = null;
  const overrides: unknown[] = [];
  for (let page = 0; query !== null && page < maxPages; page++) {
    let next: Request['query'] | null = null;
    const answer: Json | null = objectOf(
      await ask({
        path: '/api/v1/environment-document/',
        query,
        headers: { 'x-environment-key': key },
        list: 'feature_states',
        onHeaders: (headers) => {
          next = nextIn(headers.get('link'));
        },
      }),
    );
    document ??= answer;
    overrides.push(...listOf(answer?.identity_overrides));
    query = next;
  }
  const { api_key: _, ...rest } = document ?? {};
  const kept = Object.fromEntries(entriesOf(rest));
  return [name === '' ? (textOf(kept.name) ?? 'environment') : name, { ...kept, identity_overrides: overrides.map(withoutName) }];
}

/** An override with a number for whose it is. */
function withoutName(override: unknown, at: number): Json {
  return { identifier: String(at + 1), identity_features: objectOf(override)?.identity_features ?? [] };
}

/** The query of the next page. */
function nextIn(link: string | null): Request['query'] | null {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined || !URL.canParse(target, 'https://flagsmith.invalid')) return null;
  return Object.fromEntries(new URL(target, 'https://flagsmith.invalid').searchParams);
}
