/**
 * Optimizely Feature Experimentation: the flags of a project, and the ruleset of each in each environment: one request each,
 * two a second. https://docs.developers.optimizely.com/feature-experimentation/reference
 */
import { chosenEnvironments } from '../pull/environments.ts';
import { allPages } from '../pull/pages.ts';
import type { Api, Ask } from '../state/api.ts';
import { entriesOf, type Json, numberOf, objectsOf, textOf } from '../state/shape.ts';

export const optimizelyApi: Api = {
  host: 'https://api.optimizely.com',
  tokens: ['OPTIMIZELY_API_TOKEN', 'OPTIMIZELY_ACCESS_TOKEN'],
  settings: [
    { name: 'project', isRequired: true, help: 'id of the project, a number' },
    { name: 'environment', isRequired: false, help: 'key of an environment' },
  ],
  perSecond: 2,
  async pull(send, { token, project, environments: wanted }) {
    const ask: Ask = (request) => send({ ...request, headers: { authorization: `Bearer ${token}` } });
    const path = `/flags/v1/projects/${encodeURIComponent(project)}/flags`;
    const lists = ['false', 'true'].map((archived) =>
      allPages(ask, { path, query: { archived }, list: 'items' }, (_, page, answer) => {
        const pages = numberOf(answer?.total_pages);
        return pages !== null && page >= pages ? null : { page: page + 1, per_page: 100 };
      }),
    );
    const byKey = new Map(
      (await Promise.all(lists)).flatMap((list) => objectsOf(list).map((flag) => [textOf(flag.key) ?? '', flag] as const)),
    );
    const flags = [...byKey.values()];
    const names = [...new Set(flags.flatMap((flag) => entriesOf(flag.environments).map(([name]) => name)))];
    const chosen = new Set(chosenEnvironments(wanted, names, (name) => [name]));
    const within = flags.map(
      (flag): Json => ({ ...flag, environments: Object.fromEntries(entriesOf(flag.environments).filter(([name]) => chosen.has(name))) }),
    );
    const rulesets = within.map(async ({ key, archived, environments }) => {
      const asked = archived === true ? [] : entriesOf(environments);
      const each = asked.map(async ([name]) => {
        const answer = await ask({
          path: `${path}/${encodeURIComponent(textOf(key) ?? '')}/environments/${encodeURIComponent(name)}/ruleset`,
        });
        return [name, answer] as const;
      });
      return [textOf(key) ?? '', Object.fromEntries(await Promise.all(each))] as const;
    });
    return { flags: within, rulesets: Object.fromEntries(await Promise.all(rulesets)) };
  },
};
