/** Looking into documents of unknown shape. Pure; never throws. */

export type Json = Readonly<Record<string, unknown>>;

/** The value as an object; null for everything else. */
export function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

/** The value as a list; empty for everything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list. */
export function objectsOf(value: unknown): readonly Json[] {
  return listOf(value)
    .map(objectOf)
    .filter((one) => one !== null);
}

/** Own members of an object, in their order. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  const object = objectOf(value);
  return object === null ? [] : Object.entries(object);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** An ISO instant out of ISO text or milliseconds since 1970; null where it is no date. */
export function instantOf(value: unknown): string | null {
  const time = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : null;
}
