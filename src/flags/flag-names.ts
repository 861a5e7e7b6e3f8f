/**
 * What names say of flags: whether something is named like a flag check, a record of flags or a set of them.
 * Whole words only: `navigate` holds no gate. Pure.
 */

const flagWords: ReadonlySet<string> = new Set([
  ...['flag', 'flags', 'feature', 'features', 'toggle', 'toggles', 'gate', 'gates', 'gatekeeper', 'experiment', 'experiments'],
  ...['featureflag', 'featureflags', 'featuretoggle', 'featuretoggles', 'killswitch'],
]);

/** Words that say that a name is of something else: flags of countries, of a command line. */
const otherWords: ReadonlySet<string> = new Set([
  ...['country', 'countries', 'emoji', 'icon', 'image', 'language', 'lang', 'locale', 'cli', 'argv', 'regex', 'regexp', 'bit', 'mask'],
  ...['map', 'geo', 'geojson', 'label', 'labels', 'title', 'name', 'names', 'description', 'color', 'colour', 'url', 'path'],
]);

/** Verbs of functions that change flags, list them or draw them. */
const actions: ReadonlySet<string> = new Set([
  ...['set', 'toggle', 'enable', 'disable', 'update', 'create', 'delete', 'remove', 'add', 'register', 'on', 'handle', 'render'],
  ...['validate', 'parse', 'format', 'list', 'load', 'save', 'archive', 'import', 'export', 'clear', 'reset', 'upsert', 'insert'],
  ...[
    'make',
    'build',
    'increment',
    'decrement',
    'count',
    'map',
    'to',
    'sort',
    'group',
    'assert',
    'mark',
    'track',
    'log',
    'invalidate',
    'apply',
    'mock',
    'find',
    'filter',
  ],
]);

const questions: ReadonlySet<string> = new Set(['is', 'has', 'have', 'should', 'can', 'does', 'do', 'are', 'check', 'use', 'get', 'was']);

const answers: ReadonlySet<string> = new Set([
  'enabled',
  'on',
  'active',
  'set',
  'available',
  'value',
  'off',
  'disabled',
  'variant',
  'evaluate',
]);

/** The words of a name, lower case. */
export function wordsOf(name: string): readonly string[] {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).map((one) => one.toLowerCase());
}

const isFlagWord = (word: string): boolean => flagWords.has(word);

/** Whether a function's own name says that it checks a flag: `isFeatureEnabled`, `hasFlag`, `useUiFlag`, `flag`. */
export function isCheckName(name: string): boolean {
  const words = wordsOf(name);
  if (!words.some(isFlagWord) || words.some((one) => otherWords.has(one))) return false;
  const [first = ''] = words;
  if (actions.has(first)) return false;
  return questions.has(first) || answers.has(words.at(-1) ?? '') || /flags?$/i.test(name);
}

/** Whether a method of something that is named like flags checks one: `flagResolver.isEnabled`. */
export function isMemberCheckName(name: string): boolean {
  const words = wordsOf(name);
  const [first = '', second] = words;
  if (actions.has(first)) return false;
  return isCheckName(name) || answers.has(first) || (questions.has(first) && (second === undefined || answers.has(second)));
}

/** Whether something is named like what answers for flags: `FeatureFlags`, `flagResolver`, `IFlagResolver`, `feature-flags.ts`. */
export function isFlagOwner(name: string): boolean {
  const words = wordsOf(name);
  return words.some(isFlagWord) && !words.some((one) => otherWords.has(one));
}

/** Whether a value is named like the flags of someone themselves: `featureFlags`, `orgFeatureFlags`. Constants are their keys. */
export function isFlagRecord(name: string): boolean {
  return /(?:^f|F)eature(?:Flag|Toggle)s$/.test(name);
}

/** Whether a name says the opposite of a flag being on: what it answers is not known to mean either. */
export function isNegated(name: string): boolean {
  return wordsOf(name).some((one) => /^(?:not|off|disabled|falsy|without|lacks|missing|hidden)$/.test(one));
}

/** Names of properties that hold whether a row of flags is on. */
export const onNames: ReadonlySet<string> = new Set([
  'enabled',
  'isEnabled',
  'is_enabled',
  'active',
  'isActive',
  'is_active',
  'on',
  'value',
]);

/** Names of properties that hold a flag's key. */
export const keyNames: ReadonlySet<string> = new Set([
  'key',
  'name',
  'flag',
  'flagKey',
  'flagName',
  'feature',
  'featureKey',
  'featureName',
  'slug',
  'id',
]);
