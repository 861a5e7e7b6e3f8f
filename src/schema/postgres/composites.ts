/** Domains, composite and range types: CREATE and ALTER. Code names them only as the types of columns. */
import { type Body, childOf, isTrue, listOf, nameParts, nodeOf, nodesOf, stringsOf, textOf, untag } from '../../parse/sql/ast.ts';
import type { Domain } from '../catalogue.ts';
import { unqualify } from '../names.ts';
import { act, nameOf, type PgStep, record, refuse } from '../step.ts';
import { isDoubtful, refuseTypeTaken } from './known.ts';
import { isType, needsOf, typeNeed } from './needs.ts';
import { formatType, quoteName } from './type-names.ts';

const newType = (step: PgStep, parts: readonly string[]): string | null => {
  const name = nameOf(step, parts, () => false);
  return refuseTypeTaken(step, name) ? null : name;
};

const put = (step: PgStep, name: string): void => {
  step.draft.otherTypes.add(name);
  step.draft.dropped.delete(`enum ${name}`);
};

export const createRange = (step: PgStep, body: Body): void => {
  const name = newType(step, nameParts(body['typeName']));
  if (name !== null) put(step, name);
};

export const createComposite = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'typevar');
  const parts = range ? [textOf(range, 'schemaname') ?? '', textOf(range, 'relname') ?? ''].filter((part) => part !== '') : [];
  const name = newType(step, parts);
  if (name === null) return;
  const attributes = nodesOf(body, 'coldeflist').map(({ body: column }): [string, string] => [
    textOf(column, 'colname') ?? '',
    formatType(childOf(column, 'typeName') ?? {}),
  ]);
  put(step, name);
  step.draft.catalogue.composites.set(name, new Map(attributes));
};

const constraintName = (known: ReadonlyMap<string, unknown>, domain: string, given: string | null): string => {
  const base = `${unqualify(domain).bare}_check`;
  let name = given ?? base;
  for (let i = 1; given === null && known.has(name); i++) name = `${base}${i}`;
  return name;
};

const isNull = (constraint: Body): boolean => nodeOf(constraint, 'raw_expr')?.body['isnull'] === true;

export const createDomain = (step: PgStep, body: Body): void => {
  const name = newType(step, nameParts(listOf(body, 'domainname')));
  const type = childOf(body, 'typeName');
  if (name === null || !type) return;
  const constraints = new Map<string, { expression: string; validated: boolean }>();
  let nullable = true;
  let value: string | null = null;
  for (const { body: constraint } of nodesOf(body, 'constraints')) {
    const kind = textOf(constraint, 'contype');
    if (kind === 'CONSTR_NOTNULL') nullable = false;
    if (kind === 'CONSTR_DEFAULT' && !isNull(constraint)) value = 'default';
    if (kind === 'CONSTR_CHECK')
      constraints.set(constraintName(constraints, name, textOf(constraint, 'conname')), { expression: '', validated: true });
  }
  const own = typeNeed(step, type);
  const needs = [...needsOf(step, listOf(body, 'constraints')), ...(own === null ? [] : [own])];
  put(step, name);
  step.draft.catalogue.domains.set(name, { type: formatType(type), nullable, default: value, constraints, needs });
};

const spelled = (name: string): string => name.split('.').map(quoteName).join('.');

/** Tables with a column of the domain: their rows are checked. */
const checkUsers = (step: PgStep, name: string): void => {
  for (const table of step.draft.tables.values()) {
    if ([...table.columns.values()].some((column) => column.type === spelled(name))) act(step, 'pg-domain-check', table.name);
  }
};

type Alter = (step: PgStep, name: string, domain: Domain, body: Body) => Domain | null;

const addCheck: Alter = (step, name, domain, body) => {
  const definition = nodeOf(body, 'def')?.body ?? {};
  if (textOf(definition, 'contype') === 'CONSTR_NOTNULL') return { ...domain, nullable: false };
  const own = constraintName(domain.constraints, name, textOf(definition, 'conname'));
  if (domain.constraints.has(own) && refuse(step, `constraint "${own}" for domain "${unqualify(name).bare}" already exists`, true))
    return null;
  const validated = !isTrue(definition, 'skip_validation');
  if (validated) checkUsers(step, name);
  return { ...domain, constraints: new Map([...domain.constraints, [own, { expression: '', validated }]]) };
};

const dropCheck: Alter = (step, name, domain, body) => {
  const own = textOf(body, 'name') ?? '';
  const constraints = new Map(domain.constraints);
  if (constraints.delete(own)) return { ...domain, constraints };
  if (!domain.nullable && own === `${unqualify(name).bare}_not_null`) return { ...domain, nullable: true };
  if (!isTrue(body, 'missing_ok')) refuse(step, `constraint "${own}" of domain "${unqualify(name).bare}" does not exist`, true);
  return null;
};

const validate: Alter = (step, name, domain, body) => {
  const own = textOf(body, 'name') ?? '';
  const known = domain.constraints.get(own);
  if (!known) {
    refuse(step, `constraint "${own}" of domain "${unqualify(name).bare}" does not exist`, true);
    return null;
  }
  checkUsers(step, name);
  return { ...domain, constraints: new Map([...domain.constraints, [own, { ...known, validated: true }]]) };
};

/** By the letter of the tree, or the name newer trees use. */
const ALTERS: ReadonlyMap<string, Alter> = new Map<string, Alter>([
  ['T', (_, __, domain, body) => ({ ...domain, default: nodeOf(body, 'def') ? 'default' : null })],
  ['N', (_, __, domain) => ({ ...domain, nullable: true })],
  [
    'O',
    (step, name, domain) => {
      if (domain.nullable) checkUsers(step, name);
      return { ...domain, nullable: false };
    },
  ],
  ['C', addCheck],
  ['X', dropCheck],
  ['V', validate],
]);

export const alterDomain = (step: PgStep, body: Body): void => {
  const { domains } = step.draft.catalogue;
  const name = nameOf(step, nameParts(listOf(body, 'typeName')), (candidate) => domains.has(candidate));
  const domain = domains.get(name);
  if (!domain) {
    refuse(step, `type "${name}" does not exist`, step.draft.dropped.has(`enum ${name}`) && !isType(step, name) && !isDoubtful(step, name));
    return;
  }
  const after = ALTERS.get(textOf(body, 'subtype') ?? '')?.(step, name, domain, body);
  if (after) domains.set(name, after);
};

const refuseUsed = (step: PgStep, name: string): boolean => {
  for (const table of step.draft.tables.values()) {
    for (const column of table.columns.values()) {
      if (column.type !== spelled(name) && column.type !== `${spelled(name)}[]`) continue;
      return refuse(
        step,
        `cannot alter type "${name}" because column "${table.name}.${column.name}" uses it`,
        !isDoubtful(step, table.name),
      );
    }
  }
  return false;
};

/** ALTER TYPE … ADD, DROP and ALTER ATTRIBUTE. */
export const alterComposite = (step: PgStep, range: Body, commands: readonly unknown[]): void => {
  const { composites } = step.draft.catalogue;
  const name = nameOf(
    step,
    [textOf(range, 'schemaname') ?? '', textOf(range, 'relname') ?? ''].filter((part) => part !== ''),
    (candidate) => composites.has(candidate),
  );
  const known = composites.get(name);
  if (!known) {
    refuse(step, `relation "${name}" does not exist`, step.draft.dropped.has(`enum ${name}`) && !isDoubtful(step, name));
    return;
  }
  const attributes = new Map(known);
  for (const item of commands) {
    const command = untag(item)?.body;
    if (command && changeAttribute(step, name, attributes, command)) return;
  }
  composites.set(name, attributes);
};

const changeAttribute = (step: PgStep, type: string, attributes: Map<string, string>, command: Body): boolean => {
  const definition = nodeOf(command, 'def')?.body ?? {};
  const own = textOf(command, 'name') ?? textOf(definition, 'colname') ?? '';
  const subtype = textOf(command, 'subtype');
  const isKnown = attributes.has(own);
  // Adding and dropping is possible while columns use the type; changing an attribute's type is not.
  if (subtype === 'AT_AlterColumnType' && refuseUsed(step, type)) return true;
  if (subtype === 'AT_AddColumn') {
    if (isKnown) return refuse(step, `column "${own}" of relation "${type}" already exists`, true);
    attributes.set(own, formatType(childOf(definition, 'typeName') ?? {}));
    return false;
  }
  if (!isKnown) return !isTrue(command, 'missing_ok') && refuse(step, `column "${own}" of relation "${type}" does not exist`, true);
  if (subtype === 'AT_DropColumn') attributes.delete(own);
  else attributes.set(own, formatType(childOf(definition, 'typeName') ?? {}));
  return false;
};

export const createEnum = (step: PgStep, body: Body): void => {
  const name = newType(step, nameParts(listOf(body, 'typeName')));
  if (name === null) return;
  const members = stringsOf(listOf(body, 'vals'));
  step.draft.enums.set(name, members);
  if (step.session.inTransaction) step.session.added?.add(`enum ${name}`);
  record(step, { type: 'create', object: { kind: 'enum', table: null, name }, members });
};
