/** GrowthBook's REST API: every feature, archived ones too, with its rules in all environments. https://docs.growthbook.io/api */
import { allPages, byOffset } from '../pull/pages.ts';
import type { Api } from '../state/api.ts';

export const growthbookApi: Api = {
  host: 'https://api.growthbook.io',
  hostVariables: ['GROWTHBOOK_API_HOST'],
  tokens: ['GROWTHBOOK_API_KEY', 'GROWTHBOOK_SECRET_KEY'],
  settings: [{ name: 'project', isRequired: false, help: 'id of a project (default: all)' }],
  async pull(ask, { token, project }) {
    const query = { projectId: project === '' ? undefined : project };
    const request = { path: '/api/v1/features', query, list: 'features', headers: { authorization: `Bearer ${token}` } };
    return { features: await allPages(ask, request, byOffset(100, { total: 'total', more: 'hasMore' })) };
  },
};
