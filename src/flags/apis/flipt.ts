/** Flipt's REST API, version 1: the flags of a namespace with their rollouts and rules, and its segments. */
import { allPages } from '../pull/pages.ts';
import type { Api, Ask } from '../state/api.ts';
import { objectsOf, textOf } from '../state/shape.ts';

export const fliptApi: Api = {
  host: null,
  hostVariables: ['FLIPT_URL'],
  tokens: ['FLIPT_API_TOKEN', 'FLIPT_TOKEN'],
  tokenFor: 'optional',
  settings: [{ name: 'project', isRequired: false, help: 'key of the namespace', fallback: 'default' }],
  async pull(send, { token, project }) {
    const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
    const ask: Ask = (request) => send({ ...request, headers });
    const base = `/api/v1/namespaces/${encodeURIComponent(project)}`;
    const listed = (path: string, list: string): Promise<readonly unknown[]> =>
      allPages(ask, { path: `${base}${path}`, list }, (_, __, answer) => {
        const token = textOf(answer?.nextPageToken) ?? '';
        return answer !== null && token === '' ? null : { limit: 100, ...(token === '' ? {} : { pageToken: token }) };
      });
    const [flags, segments] = await Promise.all([listed('/flags', 'flags'), listed('/segments', 'segments')]);
    const whole = objectsOf(flags).map(async (flag) => {
      const path = `/flags/${encodeURIComponent(textOf(flag.key) ?? '')}`;
      // The answer calls its rollouts `rules`.
      const [rollouts, rules] = await Promise.all([listed(`${path}/rollouts`, 'rules'), listed(`${path}/rules`, 'rules')]);
      return { ...flag, rollouts, rules };
    });
    return { namespace: project, flags: await Promise.all(whole), segments };
  },
};
