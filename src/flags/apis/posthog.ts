/** PostHog's API: every flag of a project. PostHog has no environments: a project is one. https://posthog.com/docs/api/feature-flags */
import { allPages, byOffset } from '../pull/pages.ts';
import type { Api } from '../state/api.ts';

export const posthogApi: Api = {
  host: 'https://us.posthog.com',
  hostVariables: ['POSTHOG_HOST'],
  tokens: ['POSTHOG_PERSONAL_API_KEY', 'POSTHOG_API_KEY'],
  settings: [{ name: 'project', isRequired: true, help: 'id of the project, a number' }],
  async pull(ask, { token, project }) {
    const path = `/api/projects/${encodeURIComponent(project)}/feature_flags/`;
    const request = { path, list: 'results', headers: { authorization: `Bearer ${token}` } };
    return { results: await allPages(ask, request, byOffset(100, { total: 'count', more: 'next' })) };
  },
};
