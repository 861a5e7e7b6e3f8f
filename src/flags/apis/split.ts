/** Split (Harness FME): the definitions of each environment of a workspace. https://docs.split.io/reference */
import { chosenEnvironments } from '../pull/environments.ts';
import { allPages, byOffset } from '../pull/pages.ts';
import type { Api, Ask } from '../state/api.ts';
import { listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';

export const splitApi: Api = {
  host: 'https://api.split.io',
  tokens: ['SPLIT_ADMIN_API_KEY', 'SPLIT_API_KEY'],
  settings: [
    { name: 'project', isRequired: true, help: 'id of the workspace (project)' },
    { name: 'environment', isRequired: false, help: 'name or id of an environment' },
  ],
  async pull(send, { token, project, environments: wanted }) {
    const ask: Ask = (request) => send({ ...request, headers: { authorization: `Bearer ${token}` } });
    const path = `/internal/api/v2/environments/ws/${encodeURIComponent(project)}`;
    const answer = await ask({ path });
    const list = Array.isArray(answer) ? answer : objectOf(answer)?.objects;
    // No list at all: asked again so that the error is that of the transport.
    const known = objectsOf(Array.isArray(list) ? list : await ask({ path, list: '' })).map(({ id, name, production }) => ({
      id: textOf(id) ?? textOf(name) ?? '',
      name: textOf(name) ?? textOf(id) ?? '',
      production,
    }));
    const chosen = chosenEnvironments(wanted, known, ({ name, id }) => [name, id]);
    const base = `/internal/api/v2/splits/ws/${encodeURIComponent(project)}/environments`;
    const splits = await Promise.all(
      chosen.map(async ({ id, name }) => {
        const request = { path: `${base}/${encodeURIComponent(id)}`, list: 'objects' };
        return [name, (await allPages(ask, request, byOffset(20, { total: 'totalCount' }))).map(withoutKeys)] as const;
      }),
    );
    return { environments: known, splits: Object.fromEntries(splits) };
  },
};

/** A definition without the names of those who are pinned: how many there are is enough. */
function withoutKeys(split: unknown): unknown {
  const definition = objectOf(split);
  if (definition === null || !Array.isArray(definition.treatments)) return split;
  const treatments = objectsOf(definition.treatments).map((treatment) =>
    Array.isArray(treatment.keys) ? { ...treatment, keys: listOf(treatment.keys).map((_, at) => `key ${at + 1}`) } : treatment,
  );
  return { ...definition, treatments };
}
