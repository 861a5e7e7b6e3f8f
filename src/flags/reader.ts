/**
 * Flags as one revision's code uses them: the entry point of `flags/`.
 * Input: the modules of a revision and the configured evaluators. Output: evaluations, guards of a node, branches.
 * Invariants: a guard is only claimed where every path to the node passed it; results are in source order, without duplicates.
 */
import type { Callers } from '../code/callers.ts';
import { type Condition, conditionsOf, regionsOf } from '../code/guards.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import { carriersIn } from './carriers.ts';
import { componentConditions } from './components.ts';
import { conditionFacts } from './conditions.ts';
import { decoratorConditions, wrapperConditions } from './decorators.ts';
import { sitesIn } from './evaluations.ts';
import { evaluatorsIn } from './evaluators.ts';
import { both, type Facts, isSame } from './facts.ts';
import { filterConditions } from './filters.ts';
import { makeInheritance } from './inherited.ts';
import { type Interpreter, type InterpreterOptions, makeInterpreter } from './interpreter.ts';
import { migrationConditions } from './migrations.ts';
import { misusesIn } from './misuse/misuses.ts';
import type { EvaluationSite } from './sites.ts';
import type { Branch, Evaluation, Guard, MisusedEvaluation } from './types.ts';

/** Facts that are taken as known at most. */
const maxKnown = 12;

export interface FlagReader {
  /** Every place of the file where a flag is evaluated, with its syntax, in source order. */
  sites(module: Module): readonly EvaluationSite[];
  /** The evaluations of these places. */
  evaluations(module: Module): readonly Evaluation[];
  /** The flag values that hold wherever the node runs, outermost condition first. */
  guards(node: Node, module: Module): readonly Guard[];
  /** The same reader, knowing who calls the functions around nodes: guards of all callers hold, parameters mean what they give. */
  withCallers(callers: Callers): FlagReader;
  /** The regions of the file that run only under a flag's value. */
  branches(module: Module): readonly Branch[];
  /** What goes wrong with the file's evaluations, whatever the flags serve. */
  misuses(module: Module): readonly MisusedEvaluation[];
  /** Names of functions that evaluate whatever flag they are given. */
  evaluators(module: Module): readonly string[];
  /** Names under which other files reach these flags through this one: constants that hold a key, wrappers around an evaluation. */
  carriers(module: Module, keys: ReadonlySet<string>): readonly string[];
}

/** Makes the reader of one revision. What it has read it remembers, so make a new one when modules have been loaded since. */
export function makeFlagReader(modules: Modules, config: InterpreterOptions, callers: Callers | null = null): FlagReader {
  const interpreter = makeInterpreter(modules, config, callers);
  const factsOf = new Map<Node, [Facts | null, Facts | null]>();
  const facts = (condition: Condition, module: Module): Facts => {
    if (condition.kind !== 'test') return conditionFacts(condition, module, null, interpreter);
    let known = factsOf.get(condition.test);
    if (known === undefined) {
      known = [null, null];
      factsOf.set(condition.test, known);
    }
    const side = condition.truth ? 1 : 0;
    known[side] ??= conditionFacts(condition, module, null, interpreter);
    return known[side];
  };
  const supposing = new Map<string, Interpreter>();
  /** What each condition says, by itself and knowing what the others say. */
  const conditionFactsOf = (node: Node, module: Module): Facts[] => {
    const conditions = conditionsOf(node, module);
    const alone = conditions.map((one) => facts(one, module));
    const known = distinct(alone);
    if (known.length === 0 || known.length > maxKnown) return alone;
    const key = known.map(({ flag, value, equal }) => JSON.stringify([flag, value, equal])).join();
    const informed = supposing.get(key) ?? makeInterpreter(modules, config, callers, known);
    supposing.set(key, informed);
    return conditions.map((condition, at) => {
      const own = alone[at] ?? [];
      const more = conditionFacts(condition, module, null, informed);
      return more === 'never' ? own : both(own, more);
    });
  };
  const local = (node: Node, module: Module): Facts[] =>
    [
      ...filterConditions(node, module, interpreter),
      ...migrationConditions(node, module, interpreter),
      ...componentConditions(node, module, interpreter),
      ...decoratorConditions(node, module, interpreter),
      ...wrapperConditions(node, module, interpreter),
      ...conditionFactsOf(node, module),
    ].reverse();
  const sitesOf = new Map<Module, readonly EvaluationSite[]>();
  const sites = (module: Module): readonly EvaluationSite[] => {
    const known = sitesOf.get(module) ?? sitesIn(module, interpreter);
    sitesOf.set(module, known);
    return known;
  };
  const inherited = callers === null ? null : makeInheritance(callers, local);
  return {
    sites,
    evaluations: (module) => sites(module).map(({ evaluation }) => evaluation),
    misuses: (module) => misusesIn(module, sites, interpreter),
    evaluators: (module) => evaluatorsIn(module, sites(module)),
    carriers: (module, keys) => carriersIn(module, keys, interpreter),
    guards: (node, module) => distinct([...(inherited === null ? [] : [inherited(node, module)]), ...local(node, module)]),
    withCallers: (known) => makeFlagReader(modules, config, known),
    branches(module) {
      const regions = regionsOf(module).flatMap(({ condition, start, end }) =>
        guardsIn(facts(condition, module)).map((guard) => ({ guard, start, end })),
      );
      return regions.map(({ guard, start, end }): Branch => ({ guard, location: { file: module.path, ...module.span({ start, end }) } }));
    },
  };
}

/** Whether two guards say the same. */
export const isSameGuard: (a: Guard, b: Guard) => boolean = isSame;

function guardsIn(facts: Facts): readonly Guard[] {
  return facts === 'never' ? [] : facts;
}

function distinct(all: readonly Facts[]): Guard[] {
  const kept: Guard[] = [];
  for (const guard of all.flatMap(guardsIn)) if (!kept.some((one) => isSame(one, guard))) kept.push(guard);
  return kept;
}
