/** Snapshots, as `dropgate flags pull` writes them: the state of every provider that was asked. */
import { readSnapshots } from '../pull/written.ts';
import { environmentState, flagRecord } from '../state/record.ts';
import { objectOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagRecord } from '../types.ts';

const source: Source = {
  id: 'snapshot',
  title: 'a snapshot of `dropgate flags pull`',
  providers: [],
  recognises: (document) => Array.isArray(objectOf(document)?.snapshots),
  read(document) {
    const read = readSnapshots(document);
    if (!read.ok) return read;
    const flags = read.snapshots.flatMap(({ provider, flags }) =>
      flags.map(({ key, environments, ...traits }): FlagRecord => {
        const states = environments.map(({ environment, serves, history: _, ...served }) =>
          environmentState(environment, { ...served, everyone: serves }),
        );
        return flagRecord(key, provider, states, traits);
      }),
    );
    const partial = new Set(read.snapshots.filter((one) => !one.complete).map((one) => one.provider));
    const complete = new Set(read.snapshots.map((one) => one.provider).filter((provider) => !partial.has(provider)));
    return { ok: true, flags, complete: [...complete] };
  },
  api: null,
};

export default source;
