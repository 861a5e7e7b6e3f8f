/**
 * The OpenFeature CLI's manifest (`flags.json` with `flagType`): which flags there are and the default the code has. It says
 * nothing of what anybody is served. https://github.com/open-feature/cli, schema/v0/flag-manifest.json
 */

import { flagRecord } from '../state/record.ts';
import { entriesOf, objectOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagValue } from '../types.ts';

const source: Source = {
  id: 'openfeature-manifest',
  title: 'OpenFeature manifest',
  providers: [],
  recognises(document) {
    const flags = entriesOf(objectOf(document)?.flags);
    return flags.length > 0 && flags.every(([, flag]) => objectOf(flag)?.flagType !== undefined);
  },
  read(document) {
    const flags = entriesOf(objectOf(document)?.flags).map(([key, flag]) =>
      flagRecord(key, source.id, [], { fallback: defaultOf(objectOf(flag)?.defaultValue) }),
    );
    return { ok: true, flags, complete: [] };
  },
  api: null,
};

function defaultOf(value: unknown): FlagValue | null {
  return typeof value === 'boolean' || typeof value === 'string' ? value : null;
}

export default source;
