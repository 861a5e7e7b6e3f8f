import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SplitFactory } from '@splitsoftware/splitio';
import { stringify } from 'yaml';
import type { Oracle } from './oracle.ts';

interface Entry {
  readonly treatment: string;
  readonly keys?: string | readonly string[];
}

/** The localhost file: a list with an entry per treatment. */
function entriesOf(flags: ReadonlyMap<string, unknown>): readonly Readonly<Record<string, Entry>>[] {
  return [...flags].flatMap(([key, entries]) => (entries as readonly Entry[]).map((entry) => ({ [key]: entry })));
}

export const oracle: Oracle = {
  source: 'split',
  attributes: ['key', 'plan'],
  required: ['key'],
  state(random) {
    const treatment = random.mostly(
      random.pick([
        ['on', 'off'],
        ['on', 'off', 'red'],
        ['v1', 'v2'],
      ]),
    );
    const named = random.some(2, (): Entry => ({ treatment: treatment(), keys: random.pick(['ann', ['ann', 'bob']]) }));
    const open: readonly Entry[] = named.length === 0 || random.chance(0.8) ? [{ treatment: treatment() }] : [];
    return { flag: [...named, ...open], isPlain: named.length === 0 && open.length === 1 };
  },
  documents: (flags) => [entriesOf(flags)],
  async start(flags) {
    const folder = await mkdtemp(join(tmpdir(), 'dropgate-split-'));
    const features = join(folder, 'split.yaml');
    await writeFile(features, stringify(entriesOf(flags)));
    const factory = SplitFactory({
      core: { authorizationKey: 'localhost' },
      features,
      scheduler: { offlineRefreshRate: 15 },
      debug: 'NONE',
    } as never);
    const client = factory.client();
    await client.ready();
    const switches = new Set(
      [...flags]
        .filter(([, list]) => (list as readonly Entry[]).every(({ treatment }) => treatment === 'on' || treatment === 'off'))
        .map(([key]) => key),
    );
    return {
      evaluate(key, attributes) {
        const treatment = String(client.getTreatment(attributes.key ?? '', key));
        if (treatment === 'control') return { value: null };
        return switches.has(key) ? { value: treatment === 'on', variant: treatment } : { value: treatment };
      },
      stop: async () => {
        await client.destroy();
        await rm(folder, { recursive: true });
      },
    };
  },
};
