/**
 * What a pull needs besides the provider: where to ask, with which token, for which project. Input: options and
 * environment. Output: all of it, or a UsageError that names the option or the variable that is missing.
 */
import { UsageError } from '../../parse/errors.ts';
import type { Api, Given, Setting } from '../state/api.ts';
import type { Source } from '../state/source.ts';
import { checkedHost } from './url.ts';

export type Variables = { readonly [name: string]: string | undefined };

export interface Wanted {
  readonly project?: string | undefined;
  readonly environments?: readonly string[] | undefined;
  /** `--host` */
  readonly host?: string | undefined;
}

export interface Access {
  readonly given: Given;
  readonly host: string;
  /** Whether the host is not the provider's usual one, and who said it. */
  readonly hostFrom: string | null;
  /** The variable the token came from; null where none is sent. */
  readonly variable: string | null;
  readonly secrets: readonly string[];
}

export type WithApi = Source & { readonly api: Api };

export function accessTo({ id, title, api }: WithApi, wanted: Wanted, variables: Variables): Access {
  const project = settingOf('project', wanted.project, api, title);
  const named = wanted.environments ?? [];
  if (named.length > 0) settingOf('environment', named[0], api, title);
  const fallback = api.settings.find(({ name }) => name === 'environment')?.fallback;
  const environments = named.length === 0 && fallback !== undefined ? [fallback] : [...new Set(named)];
  const tokens = api.tokenFor === 'environment' ? environmentTokens(api, title, environments, variables) : new Map<string, Token>();
  const token = [...tokens.values()][0] ?? tokenOf(api.tokens, variables);
  if (token === null && api.tokens.length > 0 && api.tokenFor !== 'optional') throw missing(api.tokens, `The token for ${title}`, id);
  const identity = tokenOf(api.identities ?? [], variables);
  if (identity === null && api.identities !== undefined) throw missing(api.identities, `The id that goes with the token for ${title}`, id);
  const { host, hostFrom } = hostOf(api, title, wanted.host, variables);
  return {
    host,
    hostFrom,
    variable: token?.variable ?? null,
    secrets: [token?.value ?? '', ...[...tokens.values()].map(({ value }) => value)],
    given: {
      token: token?.value ?? '',
      environmentTokens: new Map([...tokens].map(([environment, { value }]) => [environment, value])),
      identity: identity?.value ?? '',
      project,
      environments,
    },
  };
}

interface Token {
  readonly variable: string;
  readonly value: string;
}

/** The first variable that is set. Line feeds at the end come from files of secrets and are none of the token. */
function tokenOf(names: readonly string[], variables: Variables): Token | null {
  for (const variable of names) {
    const value = variables[variable]?.trim() ?? '';
    if (value === '') continue;
    if (!/^[\x21-\x7e]+$/.test(value))
      throw new UsageError(
        `The token in ${variable} holds characters that no token has.`,
        'Set it to the token alone, without quotes or line feeds.',
      );
    return { variable, value };
  }
  return null;
}

function environmentTokens(api: Api, title: string, environments: readonly string[], variables: Variables): ReadonlyMap<string, Token> {
  const found = environments.map((environment): [string, Token] => {
    const suffix = environment.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
    const own = api.tokens.map((name) => `${name}_${suffix}`);
    // The plain variable holds the key of one environment: it cannot be that of several.
    const token = tokenOf(environments.length === 1 ? [...own, ...api.tokens] : own, variables);
    if (token === null) throw missing(own, `The key for the environment ${environment} of ${title}`, null);
    return [environment, token];
  });
  return new Map(found);
}

function missing(names: readonly string[], what: string, id: string | null): UsageError {
  const others = names.length > 1 ? ` (or ${names.slice(1).join(', ')})` : '';
  return new UsageError(
    `${what} is missing: ${names[0] ?? ''} is not set.`,
    `Set the environment variable ${names[0] ?? ''}${others}; docs/flags.md says which rights it needs${id === null ? '' : ` for \`${id}\``}.`,
  );
}

function settingOf(name: Setting['name'], value: string | undefined, api: Api, title: string): string {
  const setting = api.settings.find((one) => one.name === name);
  if (setting === undefined) {
    if (value === undefined) return '';
    throw new UsageError(`${title} is not asked by ${name}: --${name} says nothing here.`, `Leave --${name} out.`);
  }
  if (value !== undefined && value.trim() !== '') return value;
  if (setting.isRequired) throw new UsageError(`--${name} is missing: ${title} needs the ${setting.help}.`, `Give it: --${name} <${name}>`);
  return setting.fallback ?? '';
}

function hostOf(api: Api, title: string, option: string | undefined, variables: Variables): Pick<Access, 'host' | 'hostFrom'> {
  if (option !== undefined) return { host: checkedHost(option, '--host'), hostFrom: '--host' };
  const variable = api.hostVariables?.find((name) => (variables[name] ?? '').trim() !== '');
  if (variable !== undefined) return { host: checkedHost(variables[variable]?.trim() ?? '', variable), hostFrom: variable };
  if (api.host !== null) return { host: api.host, hostFrom: null };
  const other = api.hostVariables?.[0];
  throw new UsageError(
    `--host is missing: everyone runs ${title} at an address of their own.`,
    `Give it: --host https://flags.example.com${other === undefined ? '' : `, or set ${other}`}`,
  );
}
