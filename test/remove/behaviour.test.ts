/** The cases of the removal bench (fixtures/removals) before any removal: programs that run, and differ by their flag. */
import { afterAll, expect, test } from 'vitest';
import { removeTemporaryFolders } from '../repository.ts';
import { readCases } from './behaviour/cases.ts';
import { examine } from './behaviour/originals.ts';

const cases = readCases();

afterAll(removeTemporaryFolders);

test('the cases compile, their flags are seen, and their values make a difference', async () => {
  expect(cases.length).toBeGreaterThanOrEqual(170);
  expect(await examine(cases)).toEqual([]);
}, 120_000);
