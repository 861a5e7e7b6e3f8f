/**
 * Who uses the legacy objects today, at base, in deployed code and in the work tree; and what of it refuses a contract.
 * Input: an open repository, the objects. Output: facts, and refusals with their witnesses.
 * Invariant: what a check of the contract would report as an error or a warning of its stage is a refusal; nothing else of it is.
 */
import type { SchemaAccess, Unresolved } from '../../access/types.ts';
import type { Config } from '../../config/types.ts';
import type { Repository } from '../../discover/revisions.ts';
import { findFlagUses } from '../../extract/evaluations.ts';
import type { FlagStates } from '../../extract/flag-state.ts';
import { type DatabaseHistory, readHistories } from '../../extract/history.ts';
import { type Mappings, NOT_MAPPED } from '../../extract/interest.ts';
import { mappingsOf } from '../../extract/mappings.ts';
import { makeReaders } from '../../extract/readers.ts';
import type { NamedObject } from '../../extract/subject.ts';
import { touchedPaths } from '../../extract/touched-paths.ts';
import { readUses } from '../../extract/uses.ts';
import type { Project } from '../../link/project.ts';
import { usesOf } from '../../link/removals.ts';
import type { Location } from '../../parse/span.ts';
import type { Rule } from '../../rule.ts';
import { loadEngine } from '../../schema/engines.ts';
import type { Schema, SchemaObject } from '../../schema/types.ts';
import type { ContractFacts } from './contract.ts';
import { isSame } from './drop-order.ts';
import type { SchemaRefusal, Witness } from './refusals.ts';
import { nameOf, type SideFacts } from './releases.ts';

export interface Asking {
  readonly repository: Repository;
  readonly config: Config;
  readonly states: FlagStates;
  readonly key: string | null;
}

export interface Today {
  readonly histories: readonly DatabaseHistory[];
  readonly mappings: Mappings;
  /** Objects that the work tree's migrations still have. */
  readonly present: readonly NamedObject[];
  readonly missing: readonly NamedObject[];
  /** Objects that base's migrations do not have. */
  readonly notAtBase: readonly NamedObject[];
  readonly base: SideFacts;
  readonly head: SideFacts;
  readonly baseUses: readonly SchemaAccess[];
  readonly headUses: readonly SchemaAccess[];
  /** Where the flag is evaluated. */
  readonly baseEvaluations: readonly Location[];
  readonly headEvaluations: readonly Location[];
  /** Those of the objects that the work tree reads. */
  readonly readToday: readonly NamedObject[];
  readonly unresolved: readonly Unresolved[];
  /** What the order of releases has to know; `before`: accesses of the revision that had the flag. */
  release(before: readonly SchemaAccess[]): Omit<ContractFacts, 'schema'>;
}

export async function today({ repository, config, states, key }: Asking, objects: readonly NamedObject[]): Promise<Today> {
  const histories = await readHistories(repository.base, repository.head, config, loadEngine);
  const readers = await makeReaders({ repository, config }, histories, true, new Set(states.keys()));
  const asked = objects.map(({ database, object }) => ({
    database,
    table: object.table ?? object.name,
    column: object.kind === 'column' ? object.name : null,
    isNew: false,
  }));
  const { sources } = await touchedPaths(repository.base, repository.head);
  const uses = await readUses(readers, asked, histories, sources);
  const of = (accesses: readonly SchemaAccess[]): SchemaAccess[] => [
    ...new Set(objects.flatMap(({ database, object }) => usesOf(database, object, accesses)).filter(isCertain)),
  ];
  const evaluations = async (some: readonly (typeof readers.head)[]): Promise<Location[]> => {
    const found: Location[] = [];
    if (key === null) return found;
    for (const reader of some)
      found.push(...(await findFlagUses(new Set([key]), reader)).evaluations.flatMap((e) => (e.flag === key ? [e.location] : [])));
    return found;
  };
  const [baseEvaluations, headEvaluations] = [await evaluations(readers.base), await evaluations([readers.head])];
  const schemaOf = (database: string, side: 'base' | 'head'): Schema | undefined =>
    histories.find((h) => h.id === database)?.[side]?.schema;
  const isThere =
    (side: 'base' | 'head') =>
    ({ database, object }: NamedObject) =>
      isIn(schemaOf(database, side), object);
  const [base, head] = [sideOf(of(uses.base), baseEvaluations), sideOf(of(uses.head), headEvaluations)];
  const isRead = ({ database, object }: NamedObject): boolean =>
    usesOf(database, object, uses.head).some((a) => isCertain(a) && a.kind === 'read');
  return {
    histories,
    mappings: await mappingsOf(histories, 'head', readers.head),
    present: objects.filter(isThere('head')),
    missing: objects.filter((o) => !isThere('head')(o)),
    notAtBase: objects.filter((o) => isThere('head')(o) && !isThere('base')(o)),
    base,
    head,
    baseUses: of(uses.base),
    headUses: of(uses.head),
    baseEvaluations,
    headEvaluations,
    readToday: objects.filter(isRead),
    unresolved: uses.unresolved,
    release: (before) => ({
      base,
      head,
      isArchived: key !== null && states.get(key)?.archived === true,
      wasWritten: of(before).some((a) => a.kind === 'write'),
      wasRelaxed: objects.some(({ database, object }) =>
        wasRelaxed(
          histories.find((h) => h.id === database),
          object,
        ),
      ),
    }),
  };
}

const isCertain = (access: SchemaAccess): boolean => access.confidence !== 'low';

const sideOf = (accesses: readonly SchemaAccess[], evaluations: readonly Location[]): SideFacts => ({
  evaluatesFlag: evaluations.length > 0,
  reads: accesses.filter((a) => a.kind === 'read' && a.how !== 'implicit').map((a) => a.location),
  writes: accesses.filter((a) => a.kind === 'write' && a.how !== 'implicit').map((a) => a.location),
});

/** Whether a schema has the object; code calls views tables. */
function isIn(schema: Schema | undefined, { kind, table, name }: SchemaObject): boolean {
  if (schema === undefined) return false;
  if (kind === 'column') return schema.tables.get(table ?? '')?.columns.has(name) ?? false;
  return schema.tables.has(name) || schema.routines.has(`view ${name}`) || schema.routines.has(`materialized-view ${name}`);
}

const wasRelaxed = (history: DatabaseHistory | undefined, object: SchemaObject): boolean =>
  history?.timeline.some(
    (c) => c.type === 'alter-column' && isSame(c.object, object) && c.before?.nullable === false && c.after.nullable,
  ) ?? false;

const witness = (revision: Witness['revision'], { file, line, column }: Location, note: string): Witness => ({
  revision,
  file,
  line,
  column,
  note,
});

const shown = (object: SchemaObject): string => `\`${nameOf(object)}\``;

/** What is to be said before a contract is looked at: the flag is still in code, an object is not there. */
export function presenceRefusals(facts: Today, key: string | null): SchemaRefusal[] {
  const { base, head, missing, notAtBase } = facts;
  const refusals: SchemaRefusal[] = [];
  if (head.evaluatesFlag || base.evaluatesFlag) {
    const where = head.evaluatesFlag ? 'the work tree' : 'the code that may be running';
    refusals.push({
      code: 'flag-in-code',
      object: null,
      text: `${where} still evaluates the flag \`${key}\``,
      witnesses: [
        ...facts.headEvaluations.map((at) => witness('head', at, 'evaluates it')),
        ...facts.baseEvaluations.map((at) => witness('base', at, 'evaluates it')),
      ],
      next: head.evaluatesFlag ? `Remove the flag first: dropgate remove ${key}` : 'Merge and deploy its removal first',
    });
  }
  for (const { database, object } of missing) {
    const drop = facts.histories.find((h) => h.id === database)?.timeline.findLast((c) => c.type === 'drop' && isSame(c.object, object));
    const witnesses = drop ? [witness('head', drop.location, 'drops it')] : [];
    refusals.push({
      code: 'gone',
      object,
      text: `${shown(object)} is not there any more`,
      witnesses,
      next: 'Nothing is left to do for it',
    });
  }
  for (const { object } of notAtBase) {
    const text = `${shown(object)} is not at base yet: this change makes it`;
    refusals.push({
      code: 'not-at-base',
      object,
      text,
      witnesses: [],
      next: 'Merge and deploy what makes it first, or take that out of the change',
    });
  }
  return refusals;
}

/** What stands in the way of ending the legacy write. */
export function writeRefusals(facts: Today, config: Config): SchemaRefusal[] {
  const refusals: SchemaRefusal[] = [];
  const reads = (side: 'base' | 'head', uses: readonly SchemaAccess[], at: readonly Location[]): Witness[] =>
    at.map((location) => witness(side, location, uses.find((u) => u.location === location)?.operation ?? 'reads it'));
  const witnesses = [...reads('head', facts.headUses, facts.head.reads), ...reads('base', facts.baseUses, facts.base.reads)];
  const names = facts.present.map(({ object }) => shown(object)).join(', ');
  if (witnesses.length > 0) {
    const where = facts.head.reads.length > 0 ? 'the work tree' : 'the code that may be running';
    const next =
      facts.head.reads.length > 0
        ? 'Remove the legacy read first, and deploy that'
        : 'Merge and deploy the removal of the legacy read first';
    refusals.push({ code: 'in-use', object: null, text: `${where} still reads ${names}`, witnesses, next });
  }
  for (const { database, object } of facts.present) {
    const history = facts.histories.find((h) => h.id === database);
    const isNeeded = (schema: Schema | undefined): boolean => {
      const column = schema?.tables.get(object.table ?? '')?.columns.get(object.name);
      return column !== undefined && !column.nullable && column.default === null && !column.generated;
    };
    const isAtHead = isNeeded(history?.head.schema);
    if (!isAtHead && !(config.deploy === 'code-first' && isNeeded(history?.base?.schema))) continue;
    const text = `${shown(object)} is NOT NULL and has no default: a row without it is refused`;
    const next = isAtHead ? 'Drop NOT NULL first, in a migration of an earlier release' : 'Deploy the migration that drops NOT NULL first';
    refusals.push({ code: 'not-null', object, text, witnesses: [], next });
  }
  if (refusals.length === 0 && facts.head.writes.length === 0 && facts.present.length > 0)
    refusals.push({
      code: 'gone',
      object: null,
      text: `nothing writes ${names} any more`,
      witnesses: [],
      next: 'Deploy that, and ask for the contract',
    });
  return refusals;
}

/** What a check of the contract has to say about it. */
export function refusalsOfUse(
  project: Project,
  rules: readonly Rule[],
  files: ReadonlySet<string>,
  objects: readonly SchemaObject[],
): SchemaRefusal[] {
  const refusals: SchemaRefusal[] = [];
  for (const rule of rules) {
    const configured = project.config.rules.get(rule.id);
    if (configured === 'off' || (rule.stage !== 'contract' && rule.id !== 'unanalysed')) continue;
    for (const draft of rule.check(project)) {
      const severity = configured ?? draft.severity;
      const object = objects.find((o) => isSubject(draft.subject, o)) ?? null;
      if (severity === 'note' || (object === null && !files.has(draft.file)) || rule.id === 'unanalysed') continue;
      const witnesses = draft.evidence.flatMap(({ revision, file, line, column, kind, note }) =>
        kind === 'migration' ? [] : [{ revision, file, line, column, note: note ?? kind }],
      );
      refusals.push({ code: 'in-use', object, text: draft.message.replace(/\.$/, ''), witnesses, next: draft.help.replace(/\.$/, '') });
    }
  }
  return [...refusals, ...unanalysed(project, files, objects)];
}

const isSubject = (
  subject: { readonly kind: string; readonly table?: string; readonly name?: string },
  { kind, table, name }: SchemaObject,
): boolean => subject.kind === kind && subject.name === name && (subject.table ?? null) === table;

/** Code that could not be read, and may mean one of the tables. */
function unanalysed(project: Project, files: ReadonlySet<string>, objects: readonly SchemaObject[]): SchemaRefusal[] {
  if (project.config.rules.get('unanalysed') === 'off') return [];
  const tables = new Set(objects.flatMap(({ table, name }) => [table ?? name]));
  const code = project.unresolved
    .filter((u) => u.tables.length === 0 || u.tables.some((table) => tables.has(table)))
    .map(
      ({ location, reason, revision }): SchemaRefusal => ({
        code: 'unanalysed',
        object: null,
        text: `\`${location.file}\` could not be analysed: ${reason} — it may use what the contract drops`,
        witnesses: [witness(revision ?? 'head', location, reason)],
        next: 'Check by hand what it does, and rewrite it so that it can be read',
      }),
    );
  const own = project.unreadable
    .filter(({ location }) => files.has(location.file))
    .map(
      ({ location, reason }): SchemaRefusal => ({
        code: 'unanalysed',
        object: null,
        text: `the migration could not be analysed: ${reason}`,
        witnesses: [witness('head', location, reason)],
        next: 'Write it by hand',
      }),
    );
  return [...code, ...own];
}

/** Models and schema files that still have a column that goes: they are told, not edited. */
export async function mappingNotes({ mappings, histories }: Today, database: string, objects: readonly SchemaObject[]): Promise<string[]> {
  const { models } = mappings.get(database) ?? NOT_MAPPED;
  const prisma = histories.find((h) => h.id === database)?.head.prisma;
  return objects.flatMap(({ kind, table, name }) => {
    const isOf = (field: { readonly column: string }): boolean => kind === 'column' && field.column === name;
    const owner = kind === 'column' ? table : name;
    const fields = [...(prisma?.models.values() ?? [])]
      .filter((model) => model.table === owner)
      .flatMap((model) =>
        kind === 'table'
          ? [`Take the model \`${model.name}\` out of the Prisma schema (${model.location.file}:${model.location.line})`]
          : [...model.fields.values()]
              .filter((f) => f.kind !== 'relation' && isOf(f))
              .map((f) => `Take the field \`${model.name}.${f.name}\` out of the Prisma schema (line ${f.location.line})`),
      );
    const mapped = models
      .filter((model) => model.table === owner)
      .flatMap((model) =>
        [...model.fields.values()].filter(isOf).map((f) => `Take \`${f.name}\` out of the ${model.layer} model \`${model.name}\``),
      );
    return [...new Set([...fields, ...mapped])];
  });
}
