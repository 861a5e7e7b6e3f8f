/**
 * LaunchDarkly's REST API, version 20240415. Each environment is asked for alone, since answers may leave out those beyond a
 * few; archived flags are a list of their own. https://launchdarkly.com/docs/api/feature-flags/list-feature-flags
 */
import { chosenEnvironments } from '../pull/environments.ts';
import { allPages, byOffset } from '../pull/pages.ts';
import type { Api, Ask } from '../state/api.ts';
import { entriesOf, type Json, objectsOf, textOf } from '../state/shape.ts';

export const launchdarklyApi: Api = {
  host: 'https://app.launchdarkly.com',
  hostVariables: ['LAUNCHDARKLY_API_HOST'],
  tokens: ['LAUNCHDARKLY_API_TOKEN', 'LAUNCHDARKLY_ACCESS_TOKEN', 'LD_API_TOKEN'],
  settings: [
    { name: 'project', isRequired: false, help: 'key of the project', fallback: 'default' },
    { name: 'environment', isRequired: false, help: 'key of an environment' },
  ],
  async pull(send, { token, project, environments: wanted }) {
    const ask: Ask = (request) => send({ ...request, headers: { authorization: token, 'ld-api-version': '20240415' } });
    const key = encodeURIComponent(project);
    const pages = byOffset(100, { total: 'totalCount' });
    const known = await allPages(ask, { path: `/api/v2/projects/${key}/environments`, list: 'items' }, pages);
    const keys = chosenEnvironments(
      wanted,
      objectsOf(known).flatMap((one) => textOf(one.key) ?? []),
      (name) => [name],
    );
    const lists = await Promise.all(
      keys.flatMap((env) =>
        [undefined, 'state:archived'].map((filter) =>
          allPages(ask, { path: `/api/v2/flags/${key}`, query: { env, summary: '0', sort: 'creationDate', filter }, list: 'items' }, pages),
        ),
      ),
    );
    return { items: merged(lists.flat()) };
  },
};

/** One item for each flag, with the environments of all. */
function merged(items: readonly unknown[]): readonly Json[] {
  const flags = new Map<string, Json>();
  for (const item of objectsOf(items)) {
    const key = textOf(item.key) ?? '';
    const environments = Object.fromEntries([...entriesOf(flags.get(key)?.environments), ...entriesOf(item.environments)]);
    flags.set(key, { ...item, environments });
  }
  return [...flags.values()];
}
