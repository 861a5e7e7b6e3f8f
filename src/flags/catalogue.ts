/**
 * The feature-flag SDKs this tool knows: the entries of `catalogue/`, one file per provider, and the ways to find one.
 * Facts checked against the real SDKs in test/flags and test/oracles. Calls are recognised by import source, never by name alone.
 */
import { configcat } from './catalogue/configcat.ts';
import { devcycle } from './catalogue/devcycle.ts';
import { featureflow } from './catalogue/featureflow.ts';
import { flagsmith } from './catalogue/flagsmith.ts';
import { growthbook } from './catalogue/growthbook.ts';
import { harness } from './catalogue/harness.ts';
import { launchdarkly } from './catalogue/launchdarkly.ts';
import { openfeature } from './catalogue/openfeature.ts';
import { optimizely } from './catalogue/optimizely.ts';
import { others } from './catalogue/others.ts';
import { posthog } from './catalogue/posthog.ts';
import { split } from './catalogue/split.ts';
import { statsig } from './catalogue/statsig.ts';
import type { Entry, Sdk, Shape } from './catalogue/types.ts';
import { unleash } from './catalogue/unleash.ts';

export type { CallForm, ComponentForm, DecoratorForm, Entry, Place, Sdk, Shape, Spelling } from './catalogue/types.ts';

export const sdks: readonly Sdk[] = [
  ...featureflow,
  ...openfeature,
  ...launchdarkly,
  ...unleash,
  ...growthbook,
  ...statsig,
  ...flagsmith,
  ...posthog,
  ...split,
  ...harness,
  ...configcat,
  ...devcycle,
  ...optimizely,
  ...others,
];

const byPackage: ReadonlyMap<string, Sdk> = new Map(sdks.flatMap((sdk) => sdk.packages.map((name) => [name, sdk] as const)));

/** The SDK an import comes from: the very source, or the package it is a part of. */
export function sdkOf(source: string): Sdk | null {
  return byPackage.get(source) ?? byPackage.get(packageOf(source)) ?? null;
}

function packageOf(source: string): string {
  return source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What an SDK exports under a path; undefined: nothing that evaluates. */
export const exportedBy = (sdk: Sdk, path: string): Entry | undefined => own(sdk.exports, path);

/** A member of a receiver. */
export function memberEntry(sdk: Sdk, receiver: string, name: string): Entry | undefined {
  const members = own(sdk.receivers, receiver);
  return members === undefined ? undefined : own(members, name);
}

/** The receiver that a type of the SDK is. */
export const receiverOf = (sdk: Sdk, type: string): string | undefined => own(sdk.types, type);

/** A property that is the record's own: names come from code that is read. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Types in a namespace that a package declares for every file: `SplitIO.IClient`. */
export const globalTypes: ReadonlyMap<string, Sdk> = new Map(
  sdks.flatMap((sdk) => Object.keys(sdk.types).flatMap((name) => (name.includes('.') ? [[name, sdk] as const] : []))).reverse(),
);

/** What frameworks hand to code under a name, and by which SDKs. */
export function handedAs(name: string): readonly { readonly sdk: Sdk; readonly shape: Shape }[] {
  return handed.get(name) ?? [];
}

const handed = new Map<string, { readonly sdk: Sdk; readonly shape: Shape }[]>();
for (const sdk of sdks) {
  for (const [name, shape] of Object.entries(sdk.handed)) handed.set(name, [...(handed.get(name) ?? []), { sdk, shape }]);
}

const formsOf = (sdk: Sdk): readonly [string, Entry][] => [
  ...Object.entries(sdk.exports),
  ...Object.values(sdk.receivers).flatMap((members) => Object.entries(members)),
];

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** Every name whose call may evaluate a flag: a cheap first look at a call. */
export const evaluatingNames: ReadonlySet<string> = new Set(
  sdks.flatMap((sdk) => formsOf(sdk).flatMap(([name, entry]) => (isEvaluating(entry) ? [lastOf(name)] : []))),
);

function isEvaluating(entry: Entry): boolean {
  return entry.kind === 'evaluation' || entry.kind === 'evaluates';
}

/** Names that code has which evaluates flags by one of these packages: of calls, components and the packages themselves. */
export function namesBy(packages: ReadonlySet<string>): readonly string[] {
  const used = sdks.filter((sdk) => sdk.packages.some((name) => packages.has(packageOf(name))));
  const calls = used.flatMap(formsOf).flatMap(([name, entry]) => (isEvaluating(entry) ? [lastOf(name)] : []));
  const components = used.flatMap((sdk) => sdk.components.map((one) => one.name));
  return [...new Set([...calls, ...components, ...used.flatMap((sdk) => sdk.packages)])];
}

/** Names of calls that give every flag at once. */
export const bulkNames: ReadonlySet<string> = new Set(
  sdks.flatMap((sdk) =>
    formsOf(sdk).flatMap(([name, entry]) =>
      entry.kind === 'evaluation' && entry.forms.some((one) => one.key === null) ? [lastOf(name)] : [],
    ),
  ),
);

const wrapping: ReadonlySet<Sdk> = new Set(
  sdks.filter((sdk) =>
    formsOf(sdk).some(
      ([, entry]) => entry.kind === 'evaluation' && entry.forms.some((one) => one.gives === 'hoc' || one.renders !== undefined),
    ),
  ),
);

/** Whether an import may be of an SDK with calls that are given components. */
export function givesWrappers(source: string): boolean {
  const sdk = sdkOf(source);
  return sdk !== null && wrapping.has(sdk);
}

/** Every package that evaluates flags, as a manifest names it. */
export const FLAG_PACKAGES: readonly string[] = [...new Set(sdks.flatMap((sdk) => sdk.packages.map(packageOf)))];

/** Packages that count, send mail or read settings as well: many depend on one and evaluate no flag. */
const moreThanFlags: ReadonlySet<string> = new Set([
  'posthog-node',
  'posthog-js',
  'posthog-js-lite',
  'posthog-react-native',
  '@posthog/react',
  'firebase',
  'firebase-admin',
  '@aws-lambda-powertools/parameters',
]);

/** Names one of which code has that evaluates a flag by the package; null: who depends on it evaluates flags. */
export function signsOf(packageName: string): readonly string[] | null {
  if (!moreThanFlags.has(packageName)) return null;
  const own = sdks.filter((sdk) => sdk.packages.some((name) => packageOf(name) === packageName));
  const parts = own.flatMap((sdk) => sdk.packages.filter((name) => packageOf(name) !== name));
  const names = own.flatMap(formsOf).map(([name]) => lastOf(name));
  return [...new Set([...parts.filter((part) => /config/.test(part)), ...names.filter((name) => /[Ff]lag|[Ff]eature/.test(name))])];
}
