/**
 * Finds and reads a repository's config. Config is data: JSON, with comments and trailing commas; nothing is ever executed.
 * The caller decides which revision `read` looks into, so that a pull request cannot weaken its own gate.
 */
import { UsageError } from '../parse/errors.ts';
import { configFields, fail, readFields } from './fields.ts';
import { parseJsonc } from './jsonc.ts';
import { didYouMean } from './nearest.ts';
import type { Config } from './types.ts';

export const defaultConfig: Config = {
  migrations: [],
  dialect: null,
  deploy: 'migrate-first',
  deployed: null,
  soakDays: 14,
  flags: ['flags.yaml', '.dropgate/flags.json'],
  criticalEnvironments: [],
  deadDays: 30,
  minimumAgeDays: null,
  evaluationCounts: null,
  environmentFlags: [],
  evaluators: [],
  transitions: [],
  permanentFlags: [],
  policy: 'evidence',
  rules: new Map(),
  ignore: [],
  file: null,
};

/** Where the config may be, at the root of the repository. */
export const configFiles = ['dropgate.config.json', 'dropgate.config.jsonc'] as const;
const executable = ['dropgate.config.ts', 'dropgate.config.mts', 'dropgate.config.js', 'dropgate.config.mjs', 'dropgate.config.cjs'];
const sizeLimit = 1_000_000;

export type ReadTexts = (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** `ruleIds`, where given, are the rules that a severity may be set for. */
export async function loadConfig(read: ReadTexts, explicit?: string, ruleIds?: readonly string[]): Promise<Config> {
  const found = explicit === undefined ? await find(read) : await open(read, explicit);
  if (found === null) return defaultConfig;
  const config = parseConfig(found.file, found.text);
  if (ruleIds !== undefined) checkRules(config, ruleIds);
  return config;
}

/** The config that a file's text says, with defaults for the rest. */
export function parseConfig(file: string, text: string): Config {
  const place = { file, path: '' };
  if (text.length > sizeLimit) return fail(place, `is larger than ${sizeLimit} characters.`);
  const parsed = parseJsonc(text);
  if (!parsed.ok) return fail(place, `is not valid JSON: ${parsed.reason}.`);
  return { ...defaultConfig, ...readFields(configFields, parsed.value, place), file };
}

async function find(read: ReadTexts): Promise<{ file: string; text: string } | null> {
  const texts = await read([...configFiles, ...executable]);
  const code = executable.find((file) => texts.has(file));
  if (code !== undefined) refuseCode(code);
  const [first, second] = configFiles.filter((file) => texts.has(file));
  if (first === undefined) return null;
  if (second !== undefined)
    throw new UsageError(`There are two config files: ${first} and ${second}.`, `Keep one of them: git rm ${second}`);
  return { file: first, text: texts.get(first) ?? '' };
}

async function open(read: ReadTexts, file: string): Promise<{ file: string; text: string }> {
  if (/\.[cm]?[jt]s$/.test(file)) refuseCode(file);
  const text = (await read([file])).get(file);
  if (text === undefined) throw new UsageError(`The config file ${file} does not exist.`, 'Check the path given to --config.');
  return { file, text };
}

function refuseCode(file: string): never {
  throw new UsageError(
    `${file} is code, and Dropgate never executes anything from the repository it reads.`,
    `Write the same settings as JSON in ${configFiles[0]}, and remove ${file}.`,
  );
}

function checkRules({ file, rules }: Config, known: readonly string[]): void {
  for (const rule of rules.keys()) {
    if (!known.includes(rule)) fail({ file: file ?? '', path: `rules.${rule}` }, `is not a known rule.${didYouMean(rule, known)}`);
  }
}
