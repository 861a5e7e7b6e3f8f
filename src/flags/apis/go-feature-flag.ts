/** GO Feature Flag: what the relay proxy gives providers that evaluate by themselves, the flags as in their file. */
import type { Api } from '../state/api.ts';
import { objectOf } from '../state/shape.ts';

export const goFeatureFlagApi: Api = {
  host: null,
  hostVariables: ['GO_FEATURE_FLAG_URL'],
  tokens: ['GO_FEATURE_FLAG_API_KEY'],
  tokenFor: 'optional',
  settings: [],
  async pull(ask, { token }) {
    const headers: Record<string, string> = token === '' ? {} : { 'x-api-key': token };
    const answer = await ask({ path: '/v1/flag/configuration', method: 'POST', body: {}, headers });
    return { ...objectOf(objectOf(answer)?.flags) };
  },
};
