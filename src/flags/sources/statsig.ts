/**
 * Statsig: the gates of the console API (`GET /console/v1/gates`). The first rule that matches decides, also by refusing.
 * Rules may be for some environments only; overrides of single users are not in the document.
 */
import { statsigApi } from '../apis/statsig.ts';
import { everyone, off, on, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { byName, isNone, itemsOf, lastly, recogniser, sharesOf, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { instantOf, type Json, listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';

const source: Source = {
  id: 'statsig',
  title: 'Statsig',
  providers: ['statsig'],
  recognises: recogniser('statsig', (document) =>
    objectsOf(document.data).some(
      (gate) => typeof gate.isEnabled === 'boolean' && ['idType', 'checksPerHour', 'rules'].some((name) => name in gate),
    ),
  ),
  read(document) {
    const root = objectOf(document);
    if (!Array.isArray(root?.data)) return { ok: false, problem: 'There is no list `data` of gates.' };
    const pages = objectOf(root.pagination);
    const isWhole = isNone(pages?.nextPage) && (typeof pages?.totalItems !== 'number' || pages.totalItems <= root.data.length);
    const flags = [...byName(itemsOf(root.data), 'id')].map(([key, gate]) => {
      const changed = { at: instantOf(gate.lastModifiedTime), from: 'modified' as const };
      const states = environmentsOf(gate).map((name) =>
        stateOf(name, servedIn(name, gate), changed, name === '' ? null : name === 'production'),
      );
      return flagRecord(key, source.id, states, {
        archived: gate.status === 'Archived' || gate.isArchived === true,
        permanent: gate.type === 'PERMANENT' || listOf(gate.tags).includes('permanent'),
        type: textOf(gate.type),
        createdAt: instantOf(gate.createdTime),
      });
    });
    return { ok: true, flags, complete: isWhole ? ['statsig'] : [] };
  },
  api: statsigApi,
};

/** The environments that rules name, and production; one without a name where no rule names any. */
function environmentsOf(gate: Json): readonly string[] {
  const named = itemsOf(gate.rules).flatMap((rule) => listOf(rule?.environments).filter((name) => typeof name === 'string'));
  return named.length === 0 ? [''] : [...new Set(['production', ...named])];
}

function servedIn(environment: string, gate: Json): Walked {
  if (gate.isEnabled === false || gate.status === 'Archived') return everyone([lastly(off)]);
  if (gate.isEnabled !== true) return unknown('it does not say whether it is enabled');
  if (gate.rules === undefined) return unknown('its rules are left out');
  const holdouts: readonly Rule[] = isNone(gate.holdoutIDs)
    ? []
    : [{ kind: 'holdout', name: 'a holdout', matches: 'some', shares: whole(off) }];
  const rules = itemsOf(gate.rules).flatMap((rule, at) => ruleIn(environment, rule, `rule ${textOf(rule?.name) ?? at + 1}`));
  return everyone([...holdouts, ...rules, lastly(off, 'no rule')]);
}

function ruleIn(environment: string, rule: Json | null, name: string): readonly Rule[] {
  if (rule === null || !(isNone(rule.environments) || Array.isArray(rule.environments))) return [unreadable(name)];
  if (Array.isArray(rule.environments) && rule.environments.length > 0 && !rule.environments.includes(environment)) return [];
  const conditions = itemsOf(rule.conditions);
  const isOpen = Array.isArray(rule.conditions) && conditions.every((condition) => condition?.type === 'public');
  const shares = sharesOf([[on, rule.passPercentage]], 100, off);
  const planned: Rule = { kind: 'schedule', name: `a planned step of ${name}`, matches: 'some', shares: whole(UNKNOWN) };
  const last: Rule = {
    kind: isOpen ? 'rollout' : 'rule',
    name,
    matches: isOpen ? 'all' : 'some',
    shares,
    by: textOf(rule.idType) ?? 'userID',
  };
  return isNone(rule.pendingAutomatedRollouts) ? [last] : [planned, last];
}

export default source;
