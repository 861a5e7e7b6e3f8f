/**
 * What our readers say everyone is served is what the vendor's own evaluator serves: random states, each read by us and
 * evaluated by the vendor for 1,000 contexts; those that lack the key we name are left out for that flag.
 */
import { describe, expect, test } from 'vitest';
import { loadSources } from '../../src/flags/sources.ts';
import type { Source } from '../../src/flags/state/source.ts';
import type { EnvironmentState } from '../../src/flags/types.ts';
import { oracle as azure } from './evaluators/azure.ts';
import { oracle as configcat } from './evaluators/configcat.ts';
import { oracle as eppo } from './evaluators/eppo.ts';
import { oracle as featureflow } from './evaluators/featureflow.ts';
import { oracle as flagd } from './evaluators/flagd.ts';
import { oracle as flagsmith } from './evaluators/flagsmith.ts';
import { oracle as growthbook } from './evaluators/growthbook.ts';
import { oracle as launchdarkly } from './evaluators/launchdarkly.ts';
import { oracle as optimizely } from './evaluators/optimizely.ts';
import { type Answer, type Attributes, contextsOf, type Oracle, randomOf } from './evaluators/oracle.ts';
import { oracle as posthog } from './evaluators/posthog.ts';
import { oracle as split } from './evaluators/split.ts';
import { oracle as unleash } from './evaluators/unleash.ts';

const sources = await loadSources();
const now = new Date('2026-06-01T00:00:00Z');
const oracles = [flagd, launchdarkly, growthbook, unleash, optimizely, eppo, azure, split, configcat, featureflow, flagsmith, posthog];
const states = 200;

/** What the evaluator gave one flag. */
interface Given {
  readonly attributes: Attributes;
  readonly answer: Answer;
}

function read(source: Source, document: unknown): ReadonlyMap<string, EnvironmentState> {
  const answer = source.read(document, { now });
  if (!answer.ok) throw new Error(answer.problem);
  return new Map(answer.flags.flatMap(({ key, environments: [state] }) => (state === undefined ? [] : [[key, state] as const])));
}

async function askedOf(oracle: Oracle, flags: ReadonlyMap<string, unknown>, seed: number): Promise<ReadonlyMap<string, Given[]>> {
  const evaluator = await oracle.start(flags);
  const given = new Map<string, Given[]>([...flags.keys()].map((key) => [key, []]));
  for (const attributes of contextsOf(randomOf(seed), oracle, oracle.contexts ?? 1000))
    for (const [key, list] of given) list.push({ attributes, answer: await evaluator.evaluate(key, attributes) });
  await evaluator.stop?.();
  return given;
}

/** Contexts for which the evaluator gave something else than we say. */
function wrongIn(state: EnvironmentState, given: readonly Given[]): readonly Given[] {
  const { everyone, variant, by } = state;
  if (everyone === null) return [];
  return given.filter(({ attributes, answer }) => {
    if (by !== null && !(by in attributes)) return false;
    return answer.value !== everyone || (variant !== null && answer.variant !== undefined && answer.variant !== variant);
  });
}

describe.each(oracles)('$source', (oracle) => {
  const source = sources.find(({ id }) => id === oracle.source);

  test(`everyone is served what its evaluator serves, ${states} states, ${oracle.contexts ?? 1000} contexts`, async () => {
    if (source === undefined) throw new Error(`no source ${oracle.source}`);
    const random = randomOf(20_260_601);
    const flags = new Map<string, unknown>();
    const plain = new Set<string>();
    for (let at = 0; at < states; at += 1) {
      const { flag, isPlain } = oracle.state(random, `f${at}`, [...flags.keys()]);
      flags.set(`f${at}`, flag);
      if (isPlain) plain.add(`f${at}`);
    }
    const given = await askedOf(oracle, flags, 7);
    for (const document of oracle.documents(flags)) {
      expect(sources.filter((one) => one.recognises(document)).map(({ id }) => id)).toEqual([oracle.source]);
      const stated = read(source, document);
      const wrong = [...given].flatMap(([key, list]) => {
        const state = stated.get(key);
        const [first] = state === undefined ? list : wrongIn(state, list);
        return first === undefined ? [] : [JSON.stringify({ key, flag: flags.get(key), state, first })];
      });
      expect(wrong.slice(0, 3)).toEqual([]);
      const uniform = [...plain].filter((key) => isUniform(given.get(key) ?? [], oracle));
      const missed = uniform.filter((key) => stated.get(key)?.everyone === null);
      // Completeness: without conditions, what is so for all is known to be so. States that say nothing would prove nothing.
      expect(uniform.length).toBeGreaterThan(40);
      expect(missed.slice(0, 3).map((key) => JSON.stringify([flags.get(key), stated.get(key)]))).toEqual([]);
    }
  });
});

/** Whether all contexts that carry every attribute were served one value. */
function isUniform(given: readonly Given[], { attributes }: Oracle): boolean {
  const full = given.filter((one) => attributes.every((name) => name in one.attributes));
  const value = full[0]?.answer.value ?? null;
  return value !== null && full.every(({ answer }) => answer.value === value);
}
