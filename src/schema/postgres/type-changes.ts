/**
 * Which changes of a column's type leave its stored rows as they are: PostgreSQL rewrites a table for all others.
 * Input: types as `format_type` spells them. Each row is executed in test/schema/hazards.test.ts.
 */

interface Spelled {
  readonly base: string;
  readonly modifiers: readonly number[];
}

const SPELLED = /^([^(]*?)\s*(?:\(([\d,\s-]+)\))?(\s+with(?:out)? time zone)?$/;

const read = (type: string): Spelled => {
  const [, base = type, modifiers, zone = ''] = SPELLED.exec(type) ?? [];
  return { base: base + zone, modifiers: modifiers === undefined ? [] : modifiers.split(',').map(Number) };
};

type Rule = (from: Spelled, to: Spelled) => boolean;

/** No limit holds all, a limit what is not longer. */
const grows: Rule = (from, to) =>
  to.modifiers.length === 0 || (from.modifiers.length > 0 && (to.modifiers[0] ?? 0) >= (from.modifiers[0] ?? 0));

const sameScale: Rule = (from, to) =>
  to.modifiers.length === 0 ||
  (from.modifiers.length > 0 && (from.modifiers[1] ?? 0) === (to.modifiers[1] ?? 0) && (to.modifiers[0] ?? 0) >= (from.modifiers[0] ?? 0));

/** Fractions of a second; all six where nothing is said. */
const asPrecise: Rule = (from, to) => (to.modifiers[0] ?? 6) >= (from.modifiers[0] ?? 6);

const always: Rule = () => true;

const TIMESTAMP = 'timestamp without time zone';
const TIMESTAMPTZ = 'timestamp with time zone';

const KEEPS: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['character varying > character varying', grows],
  ['character varying > text', always],
  ['text > character varying', (_, to) => to.modifiers.length === 0],
  ['numeric > numeric', sameScale],
  ['bit varying > bit varying', grows],
  [`${TIMESTAMP} > ${TIMESTAMP}`, asPrecise],
  [`${TIMESTAMPTZ} > ${TIMESTAMPTZ}`, asPrecise],
  ['time without time zone > time without time zone', asPrecise],
  ['time with time zone > time with time zone', asPrecise],
  ['interval > interval', asPrecise],
  ['cidr > inet', always],
]);

/** `session`: nothing is rewritten where the session's time zone is UTC. */
export const typeChange = (from: string, to: string): 'none' | 'kept' | 'session' | 'rewritten' => {
  if (from === to) return 'none';
  const [before, after] = [read(from), read(to)];
  if (KEEPS.get(`${before.base} > ${after.base}`)?.(before, after)) return 'kept';
  const zoned = new Set([before.base, after.base]);
  // A precision of its own is applied to every value, whatever the zone.
  return zoned.size === 2 && zoned.has(TIMESTAMP) && zoned.has(TIMESTAMPTZ) && after.modifiers.length === 0 ? 'session' : 'rewritten';
};
