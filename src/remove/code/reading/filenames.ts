/** What paths say about files: tests, stories, mocks, and whose they are. Pure. */
import { roleOf } from '../../../discover/roles.ts';

/** Tests, stories, mocks and what they are made of. */
export const isTestFile = (path: string): boolean => roleOf(path) === 'test';

/** Whether a test is about this one file: the same name beside it or in a folder of tests. */
export function ownTestOf(test: string, file: string): boolean {
  return stemOf(test) === stemOf(file);
}

/** `src/Old/Old.e2e.test.tsx` → `old` */
function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.replace(/(?:[._-](?:test|tests|spec|e2e|stories|story|cy|mock))*\.[cm]?[jt]sx?$/i, '').toLowerCase();
}
