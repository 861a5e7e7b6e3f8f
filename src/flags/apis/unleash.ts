/**
 * Unleash's admin API (as of 7.5): an export for each environment of a project, what is archived, and the log of events of
 * each feature, without which nobody knows since when it has been so.
 */
import { chosenEnvironments } from '../pull/environments.ts';
import { allPages, byOffset } from '../pull/pages.ts';
import type { Api, Ask } from '../state/api.ts';
import { entriesOf, objectOf, objectsOf, textOf } from '../state/shape.ts';

/** Beyond these a log says "at least since". */
const maxEvents = 1_000;

export const unleashApi: Api = {
  host: null,
  hostVariables: ['UNLEASH_URL'],
  tokens: ['UNLEASH_API_TOKEN', 'UNLEASH_ADMIN_TOKEN'],
  settings: [
    { name: 'project', isRequired: false, help: 'id of the project', fallback: 'default' },
    { name: 'environment', isRequired: false, help: 'name of an environment' },
  ],
  async pull(send, { token, project, environments: wanted }) {
    const ask: Ask = (request) => send({ ...request, headers: { authorization: token } });
    const listed = await ask({ path: `/api/admin/environments/project/${encodeURIComponent(project)}`, list: 'environments' });
    const known = objectsOf(objectOf(listed)?.environments).filter(({ visible }) => visible !== false);
    const names = chosenEnvironments(
      wanted,
      known.flatMap(({ name }) => textOf(name) ?? []),
      (name) => [name],
    );
    const exported = await Promise.all(
      names.map(async (environment) => {
        const body = { project, environment, downloadFile: false };
        return [environment, await ask({ path: '/api/admin/features-batch/export', method: 'POST', body, list: 'features' })] as const;
      }),
    );
    const features = new Set(exported.flatMap(([, one]) => objectsOf(objectOf(one)?.features).flatMap(({ name }) => textOf(name) ?? [])));
    const query = { project: `IS:${project}`, archived: 'IS:true' };
    const [archived, events] = await Promise.all([
      allPages(ask, { path: '/api/admin/search/features', query, list: 'features' }, byOffset(100, { total: 'total' })),
      Promise.all([...features].map(async (feature) => [feature, await eventsOf(feature, ask)] as const)),
    ]);
    const types = known.map(({ name, type }) => ({ name, type }));
    return { environments: types, exports: Object.fromEntries(exported), archived, events: Object.fromEntries(events) };
  },
};

/** The log of a feature, newest first. */
async function eventsOf(feature: string, ask: Ask): Promise<readonly unknown[]> {
  const pages = byOffset(200, { total: 'total' });
  const events = await allPages(
    ask,
    { path: '/api/admin/search/events', query: { feature: `IS:${feature}` }, list: 'events' },
    (seen, page, answer) => (seen >= maxEvents ? null : pages(seen, page, answer)),
  );
  return objectsOf(events).map((event) => Object.fromEntries(entriesOf(event).filter(([name]) => kept.has(name))));
}

/** What the reader needs: not who did it. */
const kept = new Set(['id', 'type', 'createdAt', 'environment', 'featureName', 'data', 'preData']);
