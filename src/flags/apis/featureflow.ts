/**
 * Featureflow's management API: the environments and features of a project, and the control of each feature in each
 * environment. Lists come plain, in `data`, or as pages with `content`.
 */
import { chosenEnvironments } from '../pull/environments.ts';
import type { Api, Ask, Request } from '../state/api.ts';
import { type Json, listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';

export const featureflowApi: Api = {
  host: 'https://api.featureflow.com/api',
  hostVariables: ['FEATUREFLOW_API_URL'],
  tokens: ['FEATUREFLOW_API_TOKEN', 'FEATUREFLOW_API_KEY'],
  settings: [
    { name: 'project', isRequired: true, help: 'key of the project' },
    { name: 'environment', isRequired: false, help: 'key of an environment' },
  ],
  async pull(send, { token, project, environments: wanted }) {
    const isPersonal = /^(?:api|int)-/.test(token);
    const headers: Record<string, string> = isPersonal ? { 'x-api-key': token } : { authorization: `Bearer ${token}` };
    const ask: Ask = (request) => send({ ...request, headers });
    const known = await listed(ask, { path: '/v1/environments', query: { projectKey: project } });
    const environments = chosenEnvironments(wanted, known, ({ key }) => [textOf(key) ?? '']);
    const [live, archived] = await Promise.all(
      ['false', 'true'].map((state) => listed(ask, { path: '/v1/features', query: { projectKey: project, archived: state } })),
    );
    const features = new Map([...(archived ?? []), ...(live ?? [])].map((feature) => [textOf(feature.key) ?? '', feature]));
    const controls = await Promise.all(
      [...features.keys()].map(async (feature) => {
        const path = `/v1/features/${encodeURIComponent(`${project}:${feature}`)}/controls/`;
        const each = environments.map(async (environment) => {
          const key = textOf(environment.key) ?? '';
          const answer = objectOf(await ask({ path: `${path}${encodeURIComponent(key)}` }));
          return [key, objectOf(answer?.data) ?? answer] as const;
        });
        return [feature, Object.fromEntries(await Promise.all(each))] as const;
      }),
    );
    return { environments, features: [...features.values()], controls: Object.fromEntries(controls) };
  },
};

const wrappers = ['data', 'content', 'items'] as const;

/** A list, whatever it is wrapped in; of pages, all. */
async function listed(ask: Ask, request: Request): Promise<readonly Json[]> {
  const found: Json[] = [];
  for (let page = 0; page < 1_000; page++) {
    const answer = await ask(page === 0 ? request : { ...request, query: { ...request.query, page } });
    const object = objectOf(answer);
    const inner = wrappers.find((name) => Array.isArray(object?.[name]) || Array.isArray(objectOf(object?.[name])?.content));
    const list = Array.isArray(answer)
      ? answer
      : inner === undefined
        ? null
        : listOf(objectOf(object?.[inner])?.content ?? object?.[inner]);
    // No list at all: asked again so that the error is that of the transport.
    if (list === null) await ask({ ...request, list: '' });
    found.push(...objectsOf(list));
    const pages = objectOf(objectOf(object?.data)?.content === undefined ? object : object?.data) ?? object;
    if (pages?.last !== false) break;
  }
  return found;
}
