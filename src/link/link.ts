/** Facts of base and head, schema and flag state → one Project for the rules. Pure. */
import type { Config } from '../config/types.ts';
import type { Facts } from '../extract/gather.ts';
import { linkActions } from './actions.ts';
import { linkArrivals } from './arrivals.ts';
import { linkDemands } from './demands.ts';
import { linkDualWrites } from './dual-writes.ts';
import { linkFlags } from './flags.ts';
import { linkForgotten } from './forgotten.ts';
import { linkMissingBackfills } from './missing-backfills.ts';
import { linkOrphaned } from './orphaned.ts';
import { linkPositional } from './positional.ts';
import { linkPremature } from './premature.ts';
import type { Project } from './project.ts';
import { linkRemovals } from './removals.ts';
import { linkRetypes } from './retypes.ts';
import { linkUnfilled } from './unfilled.ts';

export function link(facts: Facts, config: Config, now: Date, all: boolean): Project {
  const { histories, states } = facts;
  const judged = { ...facts, now, soakDays: config.soakDays };
  const guarding = new Set([...facts.base, ...facts.head].flatMap((a) => a.guards.map((g) => g.flag)));
  return {
    config,
    now,
    all,
    allFlags: facts.allFlags,
    removals: linkRemovals(judged),
    retypes: linkRetypes(judged),
    demands: linkDemands({ ...judged, side: config.deploy === 'code-first' ? 'head' : 'base' }),
    forgotten: linkForgotten(histories),
    unfilled: linkUnfilled(histories, facts.changedBaseWrites, facts.changedHeadWrites),
    positional: linkPositional(histories, facts.base, facts.baseWrites),
    arrivals: linkArrivals(judged),
    dualWrites: linkDualWrites(judged),
    missingBackfills: linkMissingBackfills(facts),
    premature: linkPremature(judged, config),
    flags: linkFlags({ ...facts, config, now, all, guarding }),
    orphaned: all ? linkOrphaned(facts) : [],
    states,
    usesFlags: facts.usesFlags || guarding.size > 0,
    unreadable: histories.flatMap((h) => h.unreadable),
    actions: linkActions(histories),
    refusals: histories.flatMap((h) => h.refusals.filter(({ isCertain }) => isCertain)),
    unresolved: facts.unresolved,
    edited: histories.flatMap((h) =>
      h.edited.map(({ base, head }) => ({ id: head.id, path: head.path, before: { id: base.id, path: base.path } })),
    ),
  };
}
