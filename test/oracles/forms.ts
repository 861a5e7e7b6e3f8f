/** One call form of an SDK, run by the real package and read by the analyser. */
import { expect } from 'vitest';
import { makeFlagReader } from '../../src/flags/reader.ts';
import { matches } from '../../src/flags/standing.ts';
import type { Guard } from '../../src/flags/types.ts';
import { repository } from '../code/repository.ts';

/** What expressions may name: the client, the user. */
export type Scope = Readonly<Record<string, unknown>>;

export interface Form {
  /** The call that evaluates, for a key. */
  readonly call: (key: string) => string;
  /** The condition over its awaited result; default: the result itself. */
  readonly test?: (result: string) => string;
  /** What the SDK does for a flag it does not know: the value of the condition. */
  readonly unknown: boolean | 'throws';
  /** The value on failure that the analyser says; default: that of the condition. */
  readonly fallback?: boolean | string | null;
  /** What the call passes to bucket on. */
  readonly context: 'none' | 'opaque' | 'known';
  /** The side that claims nothing, because it is not certain. */
  readonly silent?: 'yes' | 'no';
}

export interface Real {
  readonly scope: Scope;
  stop?(): unknown;
}

/** Runs an expression over the scope. */
export async function run(scope: Scope, expression: string): Promise<unknown> {
  return await new Function(...Object.keys(scope), `return (async () => ${expression})()`)(...Object.values(scope));
}

const isThenable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

/** Whether the bare call gives a promise. */
export async function givesPromise(scope: Scope, call: string): Promise<boolean> {
  const value = new Function(...Object.keys(scope), `return ${call}`)(...Object.values(scope)) as unknown;
  if (isThenable(value)) await Promise.resolve(value).catch(() => null);
  return isThenable(value);
}

/** What the analyser says of `if (condition) yes(); else no();`. */
export async function analysed(head: string, condition: string) {
  const text = `${head}\nasync function f(user, id) { if (${condition}) yes(); else no(); }`;
  const { module, modules } = await repository({ 'a.ts': text });
  const a = module('a.ts');
  const reader = makeFlagReader(modules, { evaluators: [] });
  const guards = (name: string): readonly Guard[] => {
    const call = a.nodes('CallExpression').find(({ callee }) => callee.type === 'Identifier' && callee.name === name);
    if (call === undefined) throw new Error(`no call of ${name}`);
    return reader.guards(call, a);
  };
  return { yes: guards('yes'), no: guards('no'), site: reader.sites(a)[0] };
}

/** Compares both for a flag that is on, one that is off, and one that is not there. */
export async function compare(head: string, scope: Scope, form: Form): Promise<void> {
  const isPromise = await givesPromise(scope, form.call('on'));
  for (const key of ['on', 'off', 'unknown']) {
    const result = isPromise ? `(await ${form.call(key)})` : form.call(key);
    const condition = form.test?.(result) ?? result;
    const { yes, no, site } = await analysed(head, condition);
    expect(site, condition).toMatchObject({ evaluation: { flag: key, context: { kind: form.context } }, isPromise });
    if (key === 'unknown' && form.unknown === 'throws') {
      await expect(run(scope, condition)).rejects.toThrow();
      continue;
    }
    const isTaken = Boolean(await run(scope, condition));
    const expected = key === 'unknown' ? form.unknown : isTaken;
    expect(isTaken, `${condition} for ${key}`).toBe(expected);
    // The flag that is not there is what the evaluation says of failure; nothing said is off.
    const served = key === 'unknown' ? (form.fallback === undefined ? form.unknown === true : form.fallback) : key === 'on';
    if (key === 'unknown') expect(site?.evaluation.fallback, condition).toBe(served);
    const [taken, other] = isTaken ? [yes, no] : [no, yes];
    const value = typeof served === 'boolean' ? served : false;
    expect(
      taken.every((guard) => matches(guard, typeof guard.value === 'boolean' ? value : key)),
      condition,
    ).toBe(true);
    if (form.silent === undefined)
      expect(
        other.some((guard) => matches(guard, typeof guard.value === 'boolean' ? value : key)),
        condition,
      ).toBe(false);
    expect([yes.length > 0, no.length > 0], condition).toEqual([form.silent !== 'yes', form.silent !== 'no']);
  }
}
