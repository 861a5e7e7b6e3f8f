/** Eppo: the configuration that its server SDKs evaluate by, one for each environment, with the SDK key of that environment. */
import type { Api } from '../state/api.ts';
import { objectOf, textOf } from '../state/shape.ts';

export const eppoApi: Api = {
  host: 'https://fscdn.eppo.cloud/api',
  hostVariables: ['EPPO_BASE_URL'],
  tokens: ['EPPO_SDK_KEY', 'EPPO_API_KEY'],
  tokenFor: 'environment',
  settings: [
    { name: 'environment', isRequired: false, help: 'name of the environment the SDK key is for (default: what its configuration says)' },
  ],
  async pull(ask, { token, environments, environmentTokens }) {
    const keys: readonly (readonly [string, string])[] = environments.length === 0 ? [['', token]] : [...environmentTokens];
    const documents = await Promise.all(
      keys.map(async ([name, apiKey]) => {
        const query = { apiKey, sdkName: 'node-server', sdkVersion: '3.0.0' };
        const document = objectOf(await ask({ path: '/flag-config/v1/config', query })) ?? {};
        return [name === '' ? (textOf(objectOf(document.environment)?.name) ?? 'environment') : name, document] as const;
      }),
    );
    return { environments: Object.fromEntries(documents) };
  },
};
