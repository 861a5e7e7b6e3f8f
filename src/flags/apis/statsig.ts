/** Statsig's Console API: every gate with its rules. https://docs.statsig.com/api-reference/gates */
import { allPages } from '../pull/pages.ts';
import type { Api } from '../state/api.ts';
import { objectOf } from '../state/shape.ts';

export const statsigApi: Api = {
  host: 'https://statsigapi.net',
  tokens: ['STATSIG_CONSOLE_API_KEY', 'STATSIG_CONSOLE_KEY'],
  settings: [],
  async pull(ask, { token }) {
    const headers = { 'statsig-api-key': token, 'statsig-api-version': '20240601' };
    const data = await allPages(ask, { path: '/console/v1/gates', list: 'data', headers }, (_, page, answer) => {
      const pagination = objectOf(answer?.pagination);
      return pagination !== null && pagination.nextPage === null ? null : { limit: 100, page: page + 1 };
    });
    return { data };
  },
};
