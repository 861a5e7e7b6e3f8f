/**
 * Which objects a contract is for: those the caller names, else those that die (or died) with the flag — as its branches at
 * head or base show them, or, once it is gone, the last revision that had them.
 * Input: an open repository, the question. Output: objects and where that is known from.
 */
import type { SchemaAccess } from '../../access/types.ts';
import type { Config } from '../../config/types.ts';
import type { Repository } from '../../discover/revisions.ts';
import type { Tree } from '../../discover/tree.ts';
import { readFlagStates } from '../../extract/flag-state.ts';
import { gatherSubject, type NamedObject, type SubjectFacts } from '../../extract/subject.ts';
import type { FlagState, FlagValue } from '../../flags/types.ts';
import { UsageError } from '../../parse/errors.ts';
import { type Doomed, doomedBy, doomedByState, legacyObjects } from './legacy-objects.ts';

export interface Question {
  readonly cwd: string;
  readonly key: string | null;
  /** `users.email`, `legacy_users`. */
  readonly objects: readonly string[];
  /** The value that stays, where no state says it. */
  readonly value: FlagValue | undefined;
  readonly flags: string | undefined;
  readonly now: Date;
}

export interface FoundObjects {
  readonly objects: readonly NamedObject[];
  /** The revision whose code showed them; null: the caller named them. */
  readonly revision: string | null;
  /** Accesses of that revision. */
  readonly accesses: readonly SchemaAccess[];
  /** Why there are none, in plain words, without a full stop; null where there are. */
  readonly problem: { readonly text: string; readonly next: string } | null;
}

export interface Sources {
  readonly repository: Repository;
  readonly config: Config;
  /** Opens another revision alone. */
  open(commit: string): Promise<Repository>;
  /** Revisions in which the flag's branches may stand, the newest first. */
  revisions(): Promise<readonly string[]>;
  /** Which of the objects code reads today. */
  readToday(objects: readonly NamedObject[]): Promise<readonly NamedObject[]>;
}

const NOTHING: FoundObjects = { objects: [], revision: null, accesses: [], problem: null };

export async function findObjects(question: Question, sources: Sources): Promise<FoundObjects> {
  if (question.objects.length > 0) return named(question, sources);
  if (question.key === null)
    return { ...NOTHING, problem: { text: 'no flag and no object is named', next: 'Name the flag, or the objects: --object users.email' } };
  const { repository } = sources;
  const alone = (head: Tree): Repository => ({ ...repository, base: null, deployed: [], head });
  for (const tree of [repository.head, ...(repository.base ? [repository.base] : []), ...repository.deployed]) {
    const found = await behindFlag(question.key, alone(tree), question, sources);
    if (found !== null) return found;
  }
  for (const commit of await sources.revisions()) {
    const found = await behindFlag(question.key, await sources.open(commit), question, sources);
    if (found !== null) return found;
  }
  return {
    ...NOTHING,
    problem: {
      text: `no code, today's or that of the history, uses a schema behind the flag \`${question.key}\``,
      next: 'Name the objects: --object users.email. In a shallow clone, fetch the history: git fetch --unshallow',
    },
  };
}

/** The objects that words name, whatever they are called in code. */
async function named({ objects }: Question, { repository, config }: Sources): Promise<FoundObjects> {
  const found: NamedObject[] = [];
  const accesses: SchemaAccess[] = [];
  for (const words of objects) {
    const facts = await gatherSubject(words, {
      repository: { ...repository, deployed: [] },
      config,
      states: new Map(),
      progress: () => undefined,
    });
    if (facts.objects.length === 0)
      throw new UsageError(`\`${words}\` is no table and no column.`, 'Name a table, or a column as `table.column`.');
    if (facts.objects.length > 1) {
      const homes = facts.objects.map(({ database }) => `\`${database}\``).join(', ');
      throw new UsageError(`\`${words}\` is in several databases: ${homes}.`, 'Name it as it is called in one of them only.');
    }
    found.push(...facts.objects);
    accesses.push(...facts.head);
  }
  return { objects: found, revision: null, accesses, problem: null };
}

/** What the flag's branches of one revision show; null: that revision has none that use a schema. */
async function behindFlag(key: string, repository: Repository, question: Question, sources: Sources): Promise<FoundObjects | null> {
  const { cwd, now, flags, value } = question;
  const { config } = sources;
  const isToday = repository.head === sources.repository.head;
  const { states } = await readFlagStates(repository, config, { cwd, now, ...(isToday && flags !== undefined && { flags }) });
  const facts = await subjectOf(key, repository, config, states);
  if (facts === null || !facts.head.some((a) => a.guards.some((g) => g.flag === key))) return null;
  const of = (isDoomed: Doomed): NamedObject[] => legacyObjects(facts.objects, facts.head, isDoomed);
  const rest = { revision: repository.head.revision, accesses: facts.head, problem: null };
  const isDoomed = value === undefined ? doomedByState(key, states.get(key)) : doomedBy(key, value);
  if (isDoomed !== null) return { ...rest, objects: of(isDoomed) };
  const kept = await keptByNow(of(doomedBy(key, true)), of(doomedBy(key, false)), sources);
  return kept === null ? { ...rest, objects: [], problem: unsettled(key) } : { ...rest, objects: kept };
}

const unsettled = (key: string) => ({
  text: `which side of the flag \`${key}\` stays is not known: no state says it, and code reads what both sides used`,
  next: 'Say it: --value on, or --value off',
});

async function subjectOf(
  key: string,
  repository: Repository,
  config: Config,
  states: ReadonlyMap<string, FlagState>,
): Promise<SubjectFacts | null> {
  try {
    return await gatherSubject(key, { repository, config, states, progress: () => undefined });
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** Which side went, by what code reads today: what the kept side reads is read, and what the other side read is not. */
async function keptByNow(
  onStays: readonly NamedObject[],
  offStays: readonly NamedObject[],
  { readToday }: Sources,
): Promise<readonly NamedObject[] | null> {
  const [readOfOff, readOfOn] = [await readToday(onStays), await readToday(offStays)];
  const isOn = onStays.length > 0 && readOfOff.length === 0;
  const isOff = offStays.length > 0 && readOfOn.length === 0;
  if (isOn === isOff) return null;
  return isOn ? onStays : offStays;
}
