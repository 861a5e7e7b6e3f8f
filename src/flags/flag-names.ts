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

/** Whether a function changes, checks or lists flags: what it gives is about them, and none of them. */
export function isAction(name: string): boolean {
  return actions.has(wordsOf(name)[0] ?? '');
}

/** Whether a name speaks of feature flags in full: `FEATURE_FLAG`, `FeatureFlagEnum`, `orgFeatureFlags`. */
export function saysFeatureFlag(name: string): boolean {
  const words = wordsOf(name);
  return words.some(
    (one, at) => /^feature(?:flag|toggle)s?$/.test(one) || (one === 'feature' && /^(?:flag|toggle)s?$/.test(words[at + 1] ?? '')),
  );
}

/** Whether a type is named like the flags of someone: `FeatureFlags`, `FeatureFlagCatalog`, `OrgFeatureFlags`. One flag is none. */
export function isFlagBagType(name: string): boolean {
  return saysFeatureFlag(name) && /(?:Flags|Toggles|(?:Flag|Toggle)s?(?:Catalog|Map|Record|Values|Overrides|Snapshot))$/.test(name);
}

/** Words that say whose flags they are, or where they count. */
const owners: ReadonlySet<string> = new Set([
  ...['global', 'org', 'organization', 'organisation', 'user', 'team', 'tenant', 'account', 'workspace', 'customer', 'remote'],
]);

/** Words before `Flags` in types that are of something else. */
const otherFlags: ReadonlySet<string> = new Set([
  ...['compiler', 'build', 'command', 'cmd', 'base', 'common', 'regular', 'node', 'symbol', 'type', 'object', 'modifier', 'parse'],
  ...['parser', 'cpu', 'chrome', 'browser', 'launch', 'lint', 'test', 'style', 'format', 'debug', 'render', 'event', 'dirty', 'char'],
  ...['permission', 'access', 'file', 'open', 'run', 'deploy', 'dev', 'element', 'content', 'change', 'update', 'message', 'status'],
]);

/** Whether something is called the flags of someone, `globalFlags`; a type, flags of something that no other kind of flags is of. */
export function isFlagsOfSomeone(name: string, isType = false): boolean {
  const words = wordsOf(name).filter((one) => one !== 'get' && one !== 'use' && one !== 'load');
  const before = words.slice(0, -1);
  if (before.length === 0 || before.some((one) => otherWords.has(one) || otherFlags.has(one))) return false;
  return isType || before.some((one) => owners.has(one));
}

/** Whether a function's name asks for one flag, whichever: `isFeatureEnabled`, `getFlag`, `evaluateFlag`; not `getFeatureSections`. */
export function asksForFlag(name: string): boolean {
  const words = wordsOf(name);
  const [first = ''] = words;
  if (actions.has(first) || words.some((one) => otherWords.has(one))) return false;
  const last = words.at(-1) ?? '';
  if (answers.has(last) || answers.has(first)) return true;
  if (first === 'get') return /(?:flag|feature|toggle|gate|experiment)$/.test(last);
  return questions.has(first) || /^(?:flag|feature|toggle|gate|experiment|featureflag|featuretoggle)$/.test(last);
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
