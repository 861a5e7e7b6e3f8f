/**
 * Whether a flag can be removed without any run behaving differently: what `dropgate check --fix` may do by itself.
 * Input: the decision about the flag, its evaluations, what code sets it to; and what its removal would do. Output: a Verdict. Pure.
 * Invariant: what is not known for sure is a reason against it.
 */
import { roleOf } from '../discover/roles.ts';
import type { FlagSite } from '../extract/flag-sites.ts';
import type { Decision } from '../flags/decision.ts';
import type { FlagValue } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';
import type { CodeRemoval } from './types.ts';

export type Verdict = { readonly isProven: true; readonly value: FlagValue } | { readonly isProven: false; readonly reason: string };

type Site = Pick<FlagSite, 'failure'> & { readonly evaluation: { readonly location: Location } };

/** Whether the value that stays is what every evaluation gives, with the provider and without. */
export function provenValue(decision: Decision, sites: readonly Site[], setting: Location | null): Verdict {
  if (decision.kind !== 'stale' && decision.kind !== 'dead') return refused('by the state in the work tree it is not due');
  const { value } = decision;
  if (value === null) return refused('its defaults differ or are not known, so nothing proves which value stays');
  if (sites.length === 0) return refused('no evaluation of it was found');
  const reason = sites.map((site) => obstacleAt(site, value)).find((one) => one !== null);
  if (reason !== undefined) return refused(reason);
  if (setting !== null) return refused(`${placeOf(setting)} gives it another value than ${shown(value)}`);
  return { isProven: true, value };
}

function obstacleAt({ failure, evaluation: { location } }: Site, value: FlagValue): string | null {
  if (roleOf(location.file) === 'generated') return `${placeOf(location)} evaluates it, in a generated file`;
  if (failure === null) return `what ${placeOf(location)} gives when its evaluation fails is not known`;
  if (failure === value) return null;
  return `${placeOf(location)} gives ${shown(failure)} when its evaluation fails, and ${shown(value)} otherwise`;
}

/** Texts in quotes: the text `off` is not the flag being off. */
const shown = (value: FlagValue): string => (typeof value === 'string' ? `\`${value}\`` : value ? 'on' : 'off');

/** Why the removal does not do all of it; null where it does. */
export function obstacleOf({ rewritten, left, mentions }: Omit<CodeRemoval, 'changes'>): string | null {
  const [first] = left;
  if (first !== undefined) return `${placeOf(first.location)} would be left: ${first.reason}`;
  const template = mentions.find(({ location }) => isTemplate.test(location.file));
  if (template !== undefined) return `${placeOf(template.location)} names it, in a file that is not rewritten`;
  return rewritten.length === 0 ? 'no evaluation of it would go' : null;
}

/** Files that are part of the program and that the removal does not read. */
const isTemplate = /\.(?:vue|svelte|astro|html?|hbs|ejs|pug)$/i;

const refused = (reason: string): Verdict => ({ isProven: false, reason });

const placeOf = ({ file, line }: Location): string => `${file}:${line}`;
