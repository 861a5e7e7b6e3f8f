/**
 * The feature-flag SDKs this tool knows, as data: what to import, what makes a client, what evaluates a flag and how its
 * result reads. Facts from reference/flag-sdks.md, checked against the real SDKs in test/flags.
 * A new SDK is one more entry. Calls are recognised by import source, never by name alone.
 */

/** What a call gives. `chain`: `.isOn()`, `.isOff()`, `.is(v)`, `.value()`; `…-details`: an object with `.value`; `record`: key → variant. */
export type Gives = 'chain' | 'truth' | 'text' | 'other' | 'truth-details' | 'text-details' | 'details' | 'record';

export interface CallForm {
  /** Method of the client, or path of an imported function. */
  readonly name: string;
  /** Index of the argument with the flag's key. */
  readonly key: number;
  /** Index of the argument with the context; null: the client or the framework holds it. */
  readonly context: number | null;
  /** The context argument may be left out, because the client holds one. */
  readonly contextHeld?: boolean;
  /** Index of the argument with the value on failure; null: there is none. */
  readonly fallback: number | null;
  readonly gives: Gives;
  readonly isPromise?: boolean;
}

export interface Sdk {
  readonly id: string;
  /** Whose flags it evaluates: `launchdarkly`; empty where any provider may stand behind it. */
  readonly provider: string;
  readonly packages: readonly string[];
  /** Paths (from an import, `default` and `*` left out) whose call or construction gives a client. */
  readonly clients: readonly string[];
  /** Type names of a client. */
  readonly types: readonly string[];
  /** Evaluations on a client. */
  readonly methods: readonly CallForm[];
  /** Evaluations by imported functions. */
  readonly functions: readonly CallForm[];
  /** Components whose children render only while a flag is on: name → attribute with the key. */
  readonly components: readonly { readonly name: string; readonly key: string; readonly match: string; readonly fallback: string }[];
  /** Variants `on` and `off` stand for true and false. */
  readonly isOnOff: boolean;
  /** The value on failure where no argument says it. */
  readonly onFailure: boolean | null;
  /** Names under which frameworks hand a client to code: `req.featureflow`, `props.featureflow`. */
  readonly handedAs: readonly string[];
}

const typed = (name: (kind: string) => string, form: Omit<CallForm, 'name' | 'gives'>, isDetails: boolean): CallForm[] =>
  (['Boolean', 'String', 'Number', 'Object'] as const).map((kind) => {
    const plain = kind === 'Boolean' ? 'truth' : kind === 'String' ? 'text' : 'other';
    const details = kind === 'Boolean' ? 'truth-details' : kind === 'String' ? 'text-details' : 'other';
    return { ...form, name: name(kind), gives: isDetails ? details : plain };
  });

const openFeatureServer = { key: 0, context: 2, fallback: 1, isPromise: true };
const openFeatureWeb = { key: 0, context: null, fallback: 1 };
const evaluate: CallForm = { name: 'evaluate', key: 0, context: null, fallback: null, gives: 'chain' };
const none = { types: [], methods: [], functions: [], components: [], handedAs: [] };

const webMethods = [
  ...typed((kind) => `get${kind}Value`, openFeatureWeb, false),
  ...typed((kind) => `get${kind}Details`, openFeatureWeb, true),
];

export const sdks: readonly Sdk[] = [
  {
    ...none,
    id: 'featureflow-node-sdk',
    provider: 'featureflow',
    packages: ['featureflow-node-sdk'],
    clients: ['Client'],
    types: ['Client', 'Featureflow'],
    methods: [
      { ...evaluate, context: 1 },
      { name: 'evaluateAll', key: -1, context: 0, fallback: null, gives: 'record' },
    ],
    isOnOff: true,
    onFailure: false,
    handedAs: ['featureflow'],
  },
  {
    ...none,
    id: 'featureflow-client',
    provider: 'featureflow',
    packages: ['featureflow-client', 'featureflow-javascript-sdk'],
    clients: ['init', 'createClient', 'FeatureflowClient', 'Client'],
    types: ['FeatureflowClient', 'Featureflow', 'Client'],
    methods: [
      { ...evaluate, context: 1, contextHeld: true },
      { name: 'getFeatures', key: -1, context: null, fallback: null, gives: 'record' },
    ],
    isOnOff: true,
    onFailure: false,
  },
  {
    ...none,
    id: 'react-featureflow-client',
    provider: 'featureflow',
    packages: ['react-featureflow-client'],
    clients: ['useFeatureflow'],
    types: ['Featureflow', 'FeatureflowClient'],
    methods: [evaluate, { name: 'getFeatures', key: -1, context: null, fallback: null, gives: 'record' }],
    functions: [
      { ...evaluate, name: 'useFeature' },
      { name: 'useFeatures', key: -1, context: null, fallback: null, gives: 'record' },
      { name: 'useJsonValue', key: 0, context: null, fallback: null, gives: 'other' },
    ],
    isOnOff: true,
    onFailure: false,
    handedAs: ['featureflow', 'features'],
  },
  {
    ...none,
    id: '@openfeature/server-sdk',
    provider: '',
    packages: ['@openfeature/server-sdk', '@openfeature/nestjs-sdk', '@openfeature/js-sdk'],
    clients: ['OpenFeature.getClient'],
    types: ['Client', 'OpenFeatureClient'],
    methods: [
      ...typed((kind) => `get${kind}Value`, openFeatureServer, false),
      ...typed((kind) => `get${kind}Details`, openFeatureServer, true),
    ],
    isOnOff: false,
    onFailure: null,
  },
  {
    ...none,
    id: '@openfeature/web-sdk',
    provider: '',
    packages: ['@openfeature/web-sdk'],
    clients: ['OpenFeature.getClient'],
    types: ['Client', 'OpenFeatureClient'],
    methods: webMethods,
    isOnOff: false,
    onFailure: null,
  },
  {
    ...none,
    id: '@openfeature/react-sdk',
    provider: '',
    packages: ['@openfeature/react-sdk'],
    clients: ['useOpenFeatureClient', 'OpenFeature.getClient'],
    types: ['Client'],
    methods: webMethods,
    functions: [
      { ...openFeatureWeb, name: 'useFlag', gives: 'details' },
      { ...openFeatureWeb, name: 'useSuspenseFlag', gives: 'details' },
      ...typed((kind) => `use${kind}FlagValue`, openFeatureWeb, false),
      ...typed((kind) => `use${kind}FlagDetails`, openFeatureWeb, true),
    ],
    components: [{ name: 'FeatureFlag', key: 'flagKey', match: 'matchValue', fallback: 'fallback' }],
    isOnOff: false,
    onFailure: null,
  },
];

const byPackage: ReadonlyMap<string, Sdk> = new Map(sdks.flatMap((sdk) => sdk.packages.map((name) => [name, sdk] as const)));

/** The SDK a package belongs to. */
export function sdkOf(packageName: string): Sdk | null {
  return byPackage.get(packageName) ?? null;
}

/** Every method or function name that may evaluate a flag: a cheap first look at a text. */
export const evaluatingNames: ReadonlySet<string> = new Set(
  sdks.flatMap((sdk) => [...sdk.methods, ...sdk.functions].map((form) => form.name)),
);

/** Every package that evaluates flags. */
export const FLAG_PACKAGES: readonly string[] = sdks.flatMap((sdk) => sdk.packages);
