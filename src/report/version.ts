/** The version in package.json, two folders up in a checkout and in the bundle alike. */
import { readFileSync } from 'node:fs';

let version: string | null = null;

export function toolVersion(): string {
  if (version !== null) return version;
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  version = String((manifest as { version: unknown }).version);
  return version;
}
