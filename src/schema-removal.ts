/**
 * The schema side of `dropgate remove`: the contract of what a flag left behind, and the end of its legacy write.
 * Input: what the user asked for. Output: new files or edits, not yet written, or refusals. Throws UsageError for what the caller
 * has to mend.
 */
import type { Config } from './config/types.ts';
import { openRepository, type Repository } from './discover/revisions.ts';
import { readFlagStates } from './extract/flag-state.ts';
import type { FlagValue } from './flags/types.ts';
import { contractPlan } from './remove/schema/contract.ts';
import { draftContract, type House, houseOf } from './remove/schema/draft.ts';
import { type EndedWrites, endWrites } from './remove/schema/end-writes.ts';
import { whyNotExact } from './remove/schema/exactness.ts';
import { type FoundObjects, findObjects } from './remove/schema/find-objects.ts';
import { revisionsWithFlag } from './remove/schema/flag-history.ts';
import { deadTypes } from './remove/schema/legacy-objects.ts';
import type { NewFile } from './remove/schema/migration-file.ts';
import { withFiles } from './remove/schema/overlay.ts';
import type { SchemaRefusal } from './remove/schema/refusals.ts';
import type { ReleaseStep } from './remove/schema/releases.ts';
import { mappingNotes, presenceRefusals, refusalsOfUse, type Today, today, writeRefusals } from './remove/schema/today.ts';
import type { VerificationQuery } from './remove/schema/verification.ts';
import { loadRules } from './rules.ts';
import { type CheckOptions, readConfig, study } from './run.ts';
import type { SchemaObject } from './schema/types.ts';

export interface ContractOptions extends Pick<CheckOptions, 'cwd' | 'base' | 'deployed' | 'flags' | 'config' | 'now' | 'onProgress'> {
  /** The flag whose roll-out ends; null with `objects`. */
  readonly key: string | null;
  /** `users.email`: what is asked about, instead of what the flag's branches show. */
  readonly objects?: readonly string[];
  /** The value that stayed, where no state says it. */
  readonly value?: FlagValue;
}

/** The answer of `dropgate remove --contract`. Without refusals there are files; with any there are none. */
export interface Contract {
  readonly flag: string | null;
  readonly objects: readonly SchemaObject[];
  /** The revision whose branches showed the objects; null where the caller named them. */
  readonly foundAt: string | null;
  readonly statements: readonly string[];
  /** All new, relative to the repository's root; the migration first. */
  readonly files: readonly NewFile[];
  /** What to do besides, in plain words, without a full stop. */
  readonly notes: readonly string[];
  readonly verification: readonly VerificationQuery[];
  readonly order: readonly ReleaseStep[];
  readonly refusals: readonly SchemaRefusal[];
}

interface Opened {
  readonly repository: Repository;
  readonly config: Config;
  readonly now: Date;
  readonly options: ContractOptions;
}

/** Opens the repository as a check would: base, deployed code and the work tree. */
async function opened<T>(options: ContractOptions, use: (opened: Opened) => Promise<T>): Promise<T> {
  const { cwd, base, deployed } = options;
  const plain = await openRepository(cwd, { ...(base !== undefined && { base }), ...(deployed !== undefined && { deployed }) });
  try {
    const { config } = await readConfig(plain, options.config, await loadRules());
    const repository = config.deployed !== null && !plain.namesDeployed ? await plain.withDeployed(config.deployed) : plain;
    return await use({ repository, config, now: options.now ?? new Date(), options });
  } finally {
    plain.close();
  }
}

interface Known {
  readonly found: FoundObjects;
  readonly facts: Today;
}

/** The objects, and who uses them today. */
async function known({ repository, config, now, options }: Opened): Promise<Known> {
  const { cwd, key, flags, value } = options;
  const { states } = await readFlagStates(repository, config, { cwd, now, flags });
  const question = { cwd, key, objects: options.objects ?? [], value, flags, now };
  options.onProgress?.('looking for the objects');
  const found = await findObjects(question, {
    repository,
    config,
    open: (commit) => openRepository(cwd, { all: true, head: commit }),
    revisions: async () => (repository.base === null || key === null ? [] : revisionsWithFlag(cwd, await headOf(repository), key)),
    readToday: async (objects) => (await today({ repository, config, states, key: null }, objects)).readToday,
  });
  return { found, facts: await today({ repository, config, states, key }, found.objects) };
}

const headOf = async ({ base }: Repository): Promise<string> => (base?.revision === 'empty' ? 'HEAD' : (base?.revision ?? 'HEAD'));

/** The contract of a flag, or of named objects. Nothing is written. */
export async function contractOf(options: ContractOptions): Promise<Contract> {
  return opened(options, async (open) => {
    const { found, facts } = await known(open);
    const { problem } = found;
    if (problem !== null)
      return refused(open, found, [...presenceRefusals(facts, options.key), { code: 'unknown', object: null, witnesses: [], ...problem }]);
    if (found.objects.length === 0) return refused(open, found, [nothingDies(options.key)]);
    const parts: Contract[] = [];
    for (const history of facts.histories.filter((h) => found.objects.some((o) => o.database === h.id)))
      parts.push(await contractIn(history.id, open, found, facts));
    return joined(open, found, parts, presenceRefusals(facts, options.key));
  });
}

const nothingDies = (key: string | null): SchemaRefusal => ({
  code: 'unknown',
  object: null,
  text: `no object is read by the losing branches of \`${key}\` alone: nothing died with it`,
  witnesses: [],
  next: 'If something did, name it: --object users.email',
});

const refused = ({ options }: Opened, { objects, revision }: FoundObjects, refusals: readonly SchemaRefusal[]): Contract => ({
  flag: options.key,
  objects: objects.map((o) => o.object),
  foundAt: revision,
  statements: [],
  files: [],
  notes: [],
  verification: [],
  order: [],
  refusals,
});

function joined(open: Opened, found: FoundObjects, parts: readonly Contract[], further: readonly SchemaRefusal[]): Contract {
  const refusals = [...further, ...parts.flatMap((p) => p.refusals)];
  return {
    ...refused(open, found, refusals),
    objects: parts.length === 0 ? found.objects.map((o) => o.object) : parts.flatMap((p) => p.objects),
    statements: parts.flatMap((p) => p.statements),
    files: refusals.length === 0 ? parts.flatMap((p) => p.files) : [],
    notes: parts.flatMap((p) => p.notes),
    verification: parts.flatMap((p) => p.verification),
    order: parts[0]?.order ?? [],
  };
}

async function contractIn(database: string, open: Opened, found: FoundObjects, facts: Today): Promise<Contract> {
  const { repository, config, now, options } = open;
  const history = facts.histories.find((h) => h.id === database);
  const house = await houseOf(repository.head, database, config);
  const present = facts.present.filter((o) => o.database === database).map((o) => o.object);
  const schema = history?.head.schema;
  if (history === undefined || house === null || schema === undefined || present.length === 0) return refused(open, found, []);
  const objects = [...present, ...deadTypes(present, schema)];
  const plan = await contractPlan(objects, history.dialect, {
    ...facts.release(found.accesses),
    schema,
    flag: options.key,
    now,
    ifExists: house.ifExists,
  });
  const written = await proven(open, database, house, history, plan.statements);
  const byHand = plan.byHand.map(
    ({ object, reason }): SchemaRefusal => ({
      code: 'by-hand',
      object,
      text: reason,
      witnesses: [],
      next: 'Do that by hand in a change before the contract',
    }),
  );
  return {
    ...refused(open, found, [...byHand, ...written.refusals]),
    objects,
    statements: plan.statements.map((s) => s.sql),
    files: written.files,
    notes: [...written.notes, ...(await mappingNotes(facts, database, objects))],
    verification: plan.verification,
    order: plan.order,
  };
}

type Written = Pick<Contract, 'files' | 'notes' | 'refusals'>;

/** The files, proven to do exactly this and to pass the check of a change that only adds them. */
async function proven(
  { repository, config, now, options }: Opened,
  database: string,
  house: House,
  history: Parameters<typeof draftContract>[3],
  statements: Parameters<typeof draftContract>[0],
): Promise<Written> {
  const none = (reason: string): Written => ({
    files: [],
    notes: [],
    refusals: [
      { code: 'no-migration', object: null, text: reason, witnesses: [], next: 'Write the migration by hand; the statements are given' },
    ],
  });
  if (statements.length === 0) return { files: [], notes: [], refusals: [] };
  const drafted = await draftContract(statements, options.key, house, history, repository.head, now);
  if (!drafted.ok) return none(drafted.reason);
  const { files, edited, notes } = drafted.draft;
  const over = new Map([...files, ...edited].map((file) => [file.path, file.text]));
  const objects = statements.map((s) => s.object);
  const reason = await whyNotExact(repository.head, over, database, objects, config);
  if (reason !== null) return none(reason);
  options.onProgress?.('checking the contract');
  const rules = await loadRules();
  const { project } = await study(withFiles(repository, over), { ...options, now }, rules);
  return { files, notes, refusals: refusalsOfUse(project, rules, new Set(files.map((f) => f.path)), objects) };
}

/** The answer of `dropgate remove --stop-legacy-writes`. With refusals there are no changes. */
export interface EndOfWrite extends EndedWrites {
  readonly flag: string | null;
  readonly objects: readonly SchemaObject[];
  /** What to do besides, in plain words, without a full stop. */
  readonly notes: readonly string[];
  readonly refusals: readonly SchemaRefusal[];
}

/** Takes the legacy write out of the work tree's code. Nothing is written. */
export async function stopLegacyWrites(options: ContractOptions): Promise<EndOfWrite> {
  return opened(options, async (open) => {
    const { found, facts } = await known(open);
    const { repository, config } = open;
    const objects = found.objects.map((o) => o.object);
    const none = { flag: options.key, objects, changes: [], rewritten: [], left: [], notes: [] };
    const presence = presenceRefusals(facts, options.key);
    if (found.problem !== null)
      return { ...none, refusals: [...presence, { code: 'unknown', object: null, witnesses: [], ...found.problem }] };
    if (objects.length === 0) return { ...none, refusals: [nothingDies(options.key)] };
    const refusals = [...presence, ...writeRefusals(facts, config)];
    if (refusals.length > 0) return { ...none, refusals };
    const { states } = await readFlagStates(repository, config, { cwd: options.cwd, now: open.now, flags: options.flags });
    options.onProgress?.('ending the legacy writes');
    const writes = facts.headUses.filter((a) => a.kind === 'write' && a.how !== 'implicit');
    const ended = await endWrites({ repository, config, states, key: options.key }, facts.present, writes);
    const notes = await Promise.all([...new Set(facts.present.map((o) => o.database))].map((id) => mappingNotes(facts, id, objects)));
    return { ...none, ...ended, notes: notes.flat(), refusals: [] };
  });
}
