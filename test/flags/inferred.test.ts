/** Home-made flag checks: functions of the repository that look a key up, and what is none. */
import { describe, expect, test } from 'vitest';
import { makeFlagReader } from '../../src/flags/reader.ts';
import type { Guard } from '../../src/flags/types.ts';
import { repository } from '../code/repository.ts';

const say = ({ flag, value, equal }: Guard) => `${flag} ${equal ? '=' : '≠'} ${value}`;

async function read(files: Record<string, string>) {
  const { module, modules } = await repository(files);
  const use = module('use.ts');
  const reader = makeFlagReader(modules, { evaluators: [] });
  const hits = use.nodes('CallExpression').filter((call) => call.callee.type === 'Identifier' && call.callee.name === 'hit');
  return {
    guards: hits.map((hit) => reader.guards(hit, use).map(say).join(' & ') || '-'),
    flags: reader.sites(use).map(({ evaluation }) => evaluation.flag),
    lines: reader.sites(use).map(({ evaluation }) => evaluation.location.line),
    sdks: new Set(reader.sites(use).map(({ evaluation }) => evaluation.sdk)),
  };
}

const found: [string, string, Record<string, string>, string[], string[]][] = [
  [
    'a config table',
    `import { isFeatureEnabled } from './features'; if (isFeatureEnabled('k')) hit(); else hit()`,
    {
      'features.ts': `const config: Record<string, boolean> = load(); export function isFeatureEnabled(name: string): boolean { return config[name] ?? false; }`,
    },
    ['k'],
    ['k = true', 'k = false'],
  ],
  [
    'a set, with an override that says yes to some',
    `import { hasFeature } from './features'; import { FLAGS } from './keys'; if (hasFeature(user, FLAGS.b)) hit(); else hit()`,
    {
      'features.ts': `const on = new Set<string>(); export const hasFeature = (user: User, flag: string) => user.isAdmin || on.has(flag);`,
      'keys.ts': `export const FLAGS = { b: 'b-key' } as const;`,
    },
    ['b-key'],
    ['-', 'b-key = false'],
  ],
  [
    "a team's features",
    `import { isFeatureFlagOn } from './helpers'; const on = isFeatureFlagOn(team, 'k'); if (on) hit(); if (!on) hit()`,
    {
      'helpers.ts': `export const isFeatureFlagOn = (team: Team, flag: string) => team?.features?.some((one) => one.name === flag && one.active);`,
    },
    ['k'],
    ['k = true', '-'],
  ],
  [
    'a check that answers the opposite',
    `import { isFeatureFlagMissing } from './helpers'; if (isFeatureFlagMissing(teams, 'k')) hit(); else hit()`,
    {
      'helpers.ts': `export const isFeatureFlagMissing = (teams: Team[], flag: string) => teams.some((team) => !team.flags.some((one) => one.name === flag && one.active));`,
    },
    ['k'],
    ['-', '-'],
  ],
  [
    'a database, with options and overloads',
    `import { flag } from './flags.server'; if (await flag({ key: 'k', defaultValue: false })) hit(); if (flag({ key: 'l' })) hit()`,
    {
      'flags.server.ts': `export function makeFlag(db = prisma) {
        function flag<T extends Key>(opts: Options<T> & { defaultValue: boolean }): Promise<boolean>;
        function flag<T extends Key>(opts: Options<T>): Promise<boolean | undefined>;
        async function flag<T extends Key>(opts: Options<T>): Promise<boolean | undefined> {
          const row = await db.featureFlag.findFirst({ where: { key: opts.key } });
          if (row !== null) { const parsed = schema.safeParse(row.value); if (parsed.success) return parsed.data; }
          return opts.defaultValue;
        }
        return flag;
      }
      export const flag = makeFlag();`,
    },
    ['k', 'l'],
    ['k = true', '-'],
  ],
  [
    'a row of a database',
    `import { isFlagEnabled } from './flags'; if (await isFlagEnabled('k')) hit(); else hit()`,
    {
      'flags.ts': `export async function isFlagEnabled(key: string) { const row = await db.flag.findUnique({ where: { key } }); return row?.enabled ?? false; }`,
    },
    ['k'],
    ['k = true', 'k = false'],
  ],
  [
    'an interface, by field and by configuration',
    `import type { Config } from './types'; class S { private flagResolver: IFlagResolver; constructor({ flagResolver }: Pick<Config, 'flagResolver'>, private config: Config) { this.flagResolver = flagResolver; }
      f() { if (this.flagResolver.isEnabled('a')) hit(); if (this.config.flagResolver.isEnabled('b', ctx)) hit(); } }
      import type { IFlagResolver } from './types';`,
    {
      'types.ts': `export interface IFlagResolver { isEnabled: (expName: Key, context?: Context) => boolean; isReady(): boolean } export interface Config { flagResolver: IFlagResolver }`,
    },
    ['a', 'b'],
    ['a = true', 'b = true'],
  ],
  [
    'a class with static state',
    `import { Feature, FeatureFlags } from './FeatureFlags'; if (FeatureFlags.isEnabled(Feature.sharing)) hit(); else hit()`,
    {
      'FeatureFlags.ts': `export enum Feature { sharing = 'new-sharing' } const defaults: Record<Feature, boolean> = { [Feature.sharing]: true }; export class FeatureFlags { static isEnabled(flag: Feature) { return this.cache.has(flag) ? true : (defaults[flag] ?? false); } private static cache: Set<Feature> = new Set(); }`,
    },
    ['new-sharing'],
    ['new-sharing = true', 'new-sharing = false'],
  ],
  [
    'a hook over a hook',
    `import { useUiFlag } from './useUiFlag'; const on = useUiFlag('k'); if (on) hit(); else hit()`,
    {
      'useUiFlag.ts': `export const useUiFlagEvaluator = (): ((flag: Flag) => boolean) => { const { uiConfig } = useUiConfig(); return (flag: Flag) => applyOverrides(uiConfig?.flags?.[flag], flag); };
        export const useUiFlag = <K extends Flag>(flag: K) => { const evaluate = useUiFlagEvaluator(); return evaluate(flag); };`,
    },
    ['k'],
    ['k = true', 'k = false'],
  ],
  [
    'a context of React',
    `import { AuthContext } from './AuthContext'; import { useContext } from 'react'; const { hasFeatureFlagOn } = useContext(AuthContext); if (hasFeatureFlagOn('k', id)) hit()`,
    {
      'AuthContext.ts': `import { createContext } from 'react'; interface Props { hasFeatureFlagOn: (featureFlag: string, id?: string) => boolean } export const AuthContext = createContext<Partial<Props>>({});`,
    },
    ['k'],
    ['k = true'],
  ],
  [
    'what is called featureFlags, with keys that are written there',
    `import { FEATURE_FLAG } from './keys'; if (org.featureFlags?.[FEATURE_FLAG.sso] === true) hit(); if (activeFeatureFlags.includes('b')) hit(); const featureFlags = useFeatureFlags(); if (featureFlags.c) hit(); featureFlags.map(x); prisma.featureFlags.findMany();`,
    { 'keys.ts': `export const FEATURE_FLAG = { sso: 'hasSso' } as const;` },
    ['hasSso', 'b', 'c'],
    ['hasSso = true', 'b = true', 'c = true'],
  ],
];

describe('found', () => {
  test.each(found)('%s', async (_, use, files, flags, guards) => {
    const result = await read({ ...files, 'use.ts': use });
    expect(result.flags).toEqual(flags);
    expect(result.guards).toEqual(guards);
    expect([...result.sdks]).toEqual(['inferred']);
  });
});

test('the type of a constant, of what a function returns, and variants, lead to a check too', async () => {
  const files = {
    'types.ts': `export interface IFlagResolver { isEnabled: (expName: string) => boolean; getVariant: (expName: string) => Variant } export interface Config { flagResolver: IFlagResolver } export function createConfig(): Config { return make(); }`,
  };
  const use = `import { createConfig, type Config } from './types'; const handler: (config: Config) => Handler = (config) => { if (config.flagResolver.isEnabled('a')) hit(); };
    const config = createConfig(); if (config.flagResolver.isEnabled('b')) hit(); const variant = config.flagResolver.getVariant('c'); if (variant.enabled) hit();`;
  const result = await read({ ...files, 'use.ts': use });
  expect(result.flags).toEqual(['a', 'b', 'c']);
  expect(result.guards).toEqual(['a = true', 'b = true', '-']);
});

test('the flags of a configuration, and flags that are handed over, where they are conditions', async () => {
  const use = `if (uiConfig?.flags?.a) hit(); function menu({ featureFlags }: Props) { if (isAdmin || featureFlags.b) hit(); return featureFlags.c && hit() }
    cli.flags.verbose && run(); regexp.flags && run(); show(featureFlags.title); featureFlags.map(run); if (featureFlags.length) run();`;
  const result = await read({ 'use.ts': use });
  expect(result.flags).toEqual(['a', 'b', 'c']);
  expect(result.guards).toEqual(['a = true', '-', 'c = true']);
});

const bags: [string, string, Record<string, string>, string[], string[]][] = [
  [
    'a parameter by its declared type',
    `import { FEATURE_FLAG, type FeatureFlagCatalog } from './keys';
     function a(flags: Partial<FeatureFlagCatalog> | undefined) { if (flags?.sso === true) hit(); return { b: flags?.[FEATURE_FLAG.b] === true, c: flags?.c ?? 0 }; }
     function d(flags: Record<FeatureFlagKey, boolean>) { return flags.d && hit(); }
     function e({ f }: { f: OrgFeatureFlags | undefined }) { return f?.e; }`,
    { 'keys.ts': `export const FEATURE_FLAG = { b: 'b-key' } as const;` },
    ['sso', 'b-key', 'c', 'd', 'e'],
    ['sso = true', 'd = true'],
  ],
  [
    'flags of a type of their own, beside feature flags',
    `type PlanFlags = { plans?: boolean; share?: number }; type Input = { orgFeatureFlags: unknown; flags: PlanFlags | undefined };
     export function f({ orgFeatureFlags, flags }: Input) { if (!(flags?.plans ?? false)) return; hit(); return flags?.share ?? 0; }
     export async function g(org: Org) { const decision = { orgFeatureFlags: org.featureFlags, flags: globalFlagsRegistry.current() }; if (decision.flags?.on) hit(); }`,
    {},
    ['plans', 'share', 'on'],
    ['plans = true', 'on = true'],
  ],
  [
    'a constant of feature flags as the key',
    `import { FEATURE_FLAG, FeatureFlagEnum } from './keys'; if (flags?.[FEATURE_FLAG.a] === true) hit(); if (registryOfFlags.current()?.[FEATURE_FLAG.a] ?? env.A) hit(); if (decision.flags[FeatureFlagEnum.b]) hit();`,
    { 'keys.ts': `export const FEATURE_FLAG = { a: 'a-key' } as const; export enum FeatureFlagEnum { b = 'b-key' }` },
    ['a-key', 'a-key', 'b-key'],
    ['a-key = true', '-', 'b-key = true'],
  ],
  [
    'what a function of global flags gave, beside feature flags',
    `import { flags as getGlobalFlags, featureFlagKeys } from './featureFlags'; let show = false; async function f() { const globalFlags = await getGlobalFlags(); show = (globalFlags as Record<string, unknown>).hasSso === true; if ((await getGlobalFlags()).other) hit(); }`,
    {},
    ['hasSso', 'other'],
    ['other = true'],
  ],
  [
    'a column under another name',
    `const flags = org.featureFlags as Record<string, unknown>; const result = validate(FEATURE.x, flags.hasLogs);`,
    {},
    ['hasLogs'],
    [],
  ],
  [
    'taken out of a configuration first',
    `import { UG } from './flags'; const { uiConfig } = useUiConfig(); const { flags } = uiConfig; if (flags.A) hit();
     function g() { const { uiConfig: { flags: { B } } } = useUiConfig(); if (B) hit(); }
     function h() { const { flags: { C } } = uiConfig; return C && hit(); }
     if (uiConfig.flags[UG] === true) hit(); useVariant(uiConfig.flags.banner); const tab = { hidden: uiConfig.flags.pats };`,
    { 'flags.ts': `export const UG = 'ug';` },
    ['A', 'B', 'C', 'ug', 'banner', 'pats'],
    ['A = true', 'B = true', 'C = true', 'ug = true'],
  ],
  ['a row of a list of flags', `const on = org.featureFlags.find((f) => f.name === 'y')?.active; if (on) hit();`, {}, ['y'], ['y = true']],
  [
    'a check that a callback makes',
    `import { singleton } from './singleton'; import { makeFlag } from './flags'; const flag = singleton('x', () => makeFlag(db)); if (await flag({ key: 'k' })) hit();`,
    {
      'singleton.ts': `export function singleton<T>(name: string, getValue: () => T): T { held[name] ??= getValue(); return held[name]; }`,
      'flags.ts': `export function makeFlag(db: Db) { return async function flag(opts: Options): Promise<boolean> { const row = await db.featureFlag.findFirst({ where: { key: opts.key } }); return row?.value ?? false; }; }`,
    },
    ['k'],
    ['k = true'],
  ],
];

test.each(bags)('a bag of flags: %s', async (_, use, files, flags, guards) => {
  const result = await read({ ...files, 'use.ts': use });
  expect(result.flags).toEqual(flags);
  expect(result.guards).toEqual(guards);
});

const noBags: [string, string][] = [
  ['a command line', `const { flags } = await this.parse(Command); if (flags.verbose) hit(); if (orgFeatureFlags) hit();`],
  [
    'a command by its type',
    `function f(flags: CliFlags, featureFlags: unknown) { if (flags.verbose) hit(); } function g(flags: CommandFlags) { return flags.json && hit(); }`,
  ],
  ['a request', `app.get((req) => { if (req.flags.seen) hit(); const { flags } = req; if (flags.x) hit(); });`],
  ['flags of countries', `const countryFlags = getCountryFlags(); if (countryFlags.de) hit(); show(flags[COUNTRY.de]);`],
  [
    'permissions',
    `function f(permissions: PermissionMap, orgFeatureFlags: unknown) { if (permissions.edit) hit(); if (settings.flags.x) hit(); }`,
  ],
  [
    'one flag',
    `function f(flag: FeatureFlag, client: FeatureFlagClient, props: FeatureFlagsProps) { if (flag.enabled) hit(); if (client.ready) hit(); if (props.open) hit(); }`,
  ],
  ['global flags of no one known', `const globalFlags = parse(argv); if (globalFlags.verbose) hit();`],
  ['what a hook gives beside flags', `const { refetch, features } = useFeatureFlags(); if (refetch) hit();`],
  [
    'a class of flags',
    `class FeatureFlags { cache = false; static isOn = true } function f(flags: FeatureFlags) { if (flags.cache) hit(); if (FeatureFlags.isOn) hit(); }`,
  ],
];

test.each(noBags)('no bag of flags: %s', async (_, use) => {
  const result = await read({ 'use.ts': use });
  expect(result.flags).toEqual([]);
});

test('an unknown key is reported where something asks for a flag', async () => {
  const files = {
    'FeatureFlags.ts': `export class FeatureFlags { static isEnabled(flag: string) { return this.cache.has(flag); } }`,
    'service.ts': `export class Service { async createFeatureToggle(value: Dto) { return this.hasFeature(value.name); } private hasFeature(name: string) { return this.features.has(name); } getDuplicateFlagsForThing(id: string) { return this.db.thing.findFirst({ where: { id } }); } }
      export const getFeatureSectionValues = (config: Config, id: string) => config.parts.find((one) => one.id === id)?.fields ?? [];`,
  };
  const use = `import { FeatureFlags } from './FeatureFlags'; import { Service, getFeatureSectionValues } from './service';
    const tabs = all.filter((tab) => uiConfig.flags[tab.flag]);
    Object.values(Feature).map((flag) => FeatureFlags.isEnabled(flag));
    const service = new Service(); service.createFeatureToggle(dto); service.getDuplicateFlagsForThing(thing.id); getFeatureSectionValues(config, part.id);`;
  const result = await read({ ...files, 'use.ts': use });
  expect(result.flags.every((one) => one === null)).toBe(true);
  expect(result.lines).toEqual([2, 3]);
});

const other: [string, string, Record<string, string>][] = [
  [
    'what validates flags',
    `const result = validatePartialFeatureFlags(body); if (!result.success) hit(); const { error } = parseFeatureFlags(body); if (error) hit()`,
    {},
  ],
  [
    'permissions',
    `import { can, hasRole } from './auth'; if (can('edit')) hit(); if (hasRole('admin')) hit()`,
    {
      'auth.ts': `const roles = new Set(); export const can = (action: string) => roles.has(action); export const hasRole = (role: string): boolean => roles.has(role);`,
    },
  ],
  [
    'translations',
    `import { t } from './i18n'; if (t('feature.title')) hit()`,
    { 'i18n.ts': `const texts = {}; export const t = (key: string) => texts[key];` },
  ],
  [
    'plugins',
    `import { isEnabled } from './plugins'; if (isEnabled('x')) hit()`,
    { 'plugins.ts': `const on = new Set(); export const isEnabled = (plugin: string) => on.has(plugin);` },
  ],
  [
    'preferences',
    `import { Team } from './Team'; const team = new Team(); if (team.getPreference('mcp')) hit()`,
    { 'Team.ts': `export class Team { getPreference(preference: string) { return this.preferences?.[preference] ?? false; } }` },
  ],
  [
    'counters',
    `import { User } from './User'; const user = new User(); if (user.getFlag('desktop')) hit()`,
    { 'User.ts': `export class User { getFlag = (flag: string) => this.flags?.[flag] ?? 0; }` },
  ],
  [
    'flags of countries',
    `import { getCountryFlag, flagEmoji } from './flags'; if (getCountryFlag('de')) hit(); if (flagEmoji('fr')) hit()`,
    {
      'flags.ts': `const FLAGS = {}; export const getCountryFlag = (code: string) => FLAGS[code]; export const flagEmoji = (code: string) => FLAGS[code];`,
    },
  ],
  [
    'a command line',
    `import { hasFlag } from './cli'; if (hasFlag('--verbose')) hit()`,
    { 'cli.ts': `export const hasFlag = (flag: string) => process.argv.includes(flag);` },
  ],
  [
    'bits',
    `import { hasFlag } from './bits'; if (hasFlag(mask, 4)) hit()`,
    { 'bits.ts': `export const hasFlag = (mask: number, flag: number) => (mask & flag) !== 0;` },
  ],
  [
    'changes',
    `import { setFeatureFlag, toggleFeature } from './flags'; setFeatureFlag('k'); toggleFeature('l')`,
    {
      'flags.ts': `const flags = new Set(); export const setFeatureFlag = (flag: string) => flags.has(flag); export const toggleFeature = (flag: string) => flags.has(flag);`,
    },
  ],
  [
    'words that hold a flag word',
    `import { isNavigated } from './navigate'; if (isNavigated('/x')) hit()`,
    { 'navigate.ts': `const seen = new Set(); export const isNavigated = (path: string) => seen.has(path);` },
  ],
];

test.each(other)('none: %s', async (_, use, files) => {
  const result = await read({ ...files, 'use.ts': use });
  expect(result.flags).toEqual([]);
  expect(result.guards.every((one) => one === '-')).toBe(true);
});

test('a key that is not known statically is reported, and guards nothing', async () => {
  const files = { 'FeatureFlags.ts': `export class FeatureFlags { static isEnabled(flag: string) { return this.cache.has(flag); } }` };
  const result = await read({
    ...files,
    'use.ts': `import { FeatureFlags } from './FeatureFlags'; for (const name of all) if (FeatureFlags.isEnabled(name)) hit()`,
  });
  expect(result.flags).toEqual([null]);
  expect(result.guards).toEqual(['-']);
});
