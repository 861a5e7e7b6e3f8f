/** DevCycle's management API, with the credentials of an OAuth client: features and their configuration in each environment. */
import { chosenEnvironments } from '../pull/environments.ts';
import { allPages } from '../pull/pages.ts';
import type { Api, Ask } from '../state/api.ts';
import { listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';

const size = 100;

export const devcycleApi: Api = {
  host: 'https://api.devcycle.com',
  tokens: ['DEVCYCLE_CLIENT_SECRET'],
  identities: ['DEVCYCLE_CLIENT_ID'],
  settings: [
    { name: 'project', isRequired: true, help: 'key of the project' },
    { name: 'environment', isRequired: false, help: 'key of an environment' },
  ],
  async pull(send, { token, identity, project, environments: wanted }) {
    const access = await accessToken(identity, token, send);
    const ask: Ask = (request) => send({ ...request, headers: { authorization: `Bearer ${access}` } });
    const key = encodeURIComponent(project);
    const known = objectsOf(await ask({ path: `/v1/projects/${key}/environments`, list: '' })).map(({ _id, key: name, type }) => ({
      _id,
      key: name,
      type,
    }));
    const environments = chosenEnvironments(wanted, known, ({ key }) => [textOf(key) ?? '']);
    const lists = ['active', 'complete', 'archived'].map((status) =>
      allPages(ask, { path: `/v2/projects/${key}/features`, query: { status }, list: '' }, (seen, page) =>
        seen === page * size ? { page: page + 1, perPage: size } : null,
      ),
    );
    const features = new Map((await Promise.all(lists)).flatMap((list) => objectsOf(list).map((one) => [textOf(one.key) ?? '', one])));
    const configured = [...features].map(async ([feature, one]) => {
      const path = `/v1/projects/${key}/features/${encodeURIComponent(feature)}/configurations`;
      const answers = await Promise.all(environments.map((e) => ask({ path, query: { environment: textOf(e.key) ?? '' } })));
      return { ...one, configurations: answers.flatMap((answer) => (Array.isArray(answer) ? listOf(answer) : [answer])) };
    });
    return { environments, features: await Promise.all(configured) };
  },
};

async function accessToken(id: string, secret: string, ask: Ask): Promise<string> {
  const answer = await ask({
    path: '/oauth/token',
    host: 'https://auth.devcycle.com',
    method: 'POST',
    body: { grant_type: 'client_credentials', client_id: id, client_secret: secret, audience: 'https://api.devcycle.com/' },
  });
  return textOf(objectOf(answer)?.access_token) ?? '';
}
