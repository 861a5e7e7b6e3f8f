/**
 * What an expression or query needs besides columns: functions it calls, types it casts to, sequences it draws from.
 * Only what the replay knows counts: the rest is PostgreSQL's own, or came from elsewhere.
 */
import { type Body, isBody, listOf, literalOf, nameParts, untag } from '../../parse/sql/ast.ts';
import { nameOf, type PgStep } from '../step.ts';
import { typeParts } from './type-names.ts';

export const isType = (step: PgStep, name: string): boolean => step.draft.enums.has(name) || step.draft.otherTypes.has(name);

/** The key of a type among needs; null for types of PostgreSQL's own. */
export const typeNeed = (step: PgStep, typeName: Body): string | null => {
  const name = nameOf(step, typeParts(typeName), (candidate) => isType(step, candidate) || step.draft.tables.has(candidate));
  return isType(step, name) || step.draft.tables.has(name) ? `type ${name}` : null;
};

const SEQUENCE_CALLS: ReadonlySet<string> = new Set(['nextval', 'currval', 'setval']);

const sequenceNamed = (step: PgStep, text: string): string | null => {
  const parts = [...text.matchAll(/"((?:[^"]|"")*)"|([^".]+)/g)].map(([, quoted, plain]) => quoted ?? plain?.trim().toLowerCase() ?? '');
  const name = nameOf(step, parts, (candidate) => step.draft.catalogue.sequences.has(candidate));
  return step.draft.catalogue.sequences.has(name) ? `sequence ${name}` : null;
};

const needOf = (step: PgStep, type: string, body: Body): string | null => {
  if (type === 'TypeName') return typeNeed(step, body);
  if (type !== 'FuncCall') return null;
  const parts = nameParts(listOf(body, 'funcname'));
  if (SEQUENCE_CALLS.has(parts.at(-1) ?? '')) {
    const text = literalOf(listOf(body, 'args')[0]);
    return text === null ? null : sequenceNamed(step, text);
  }
  const name = nameOf(step, parts, (candidate) => step.draft.routines.has(`function ${candidate}`));
  return step.draft.routines.has(`function ${name}`) ? `function ${name}` : null;
};

/** Needs of any parts of a tree. */
export const needsOf = (step: PgStep, parts: readonly unknown[]): readonly string[] => {
  const found = new Set<string>();
  const stack: unknown[] = [...parts];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      for (const item of value) stack.push(item);
      continue;
    }
    if (!isBody(value)) continue;
    for (const key of Object.keys(value)) {
      const child = value[key];
      if (!isBody(child)) {
        if (Array.isArray(child)) stack.push(child);
        continue;
      }
      const need = needOf(step, key === 'typeName' ? 'TypeName' : key, child);
      if (need !== null) found.add(need);
      stack.push(child);
    }
  }
  return [...found];
};

/** As a field that is left out where it is empty. */
export const needsField = (needs: readonly string[]): { readonly needs?: readonly string[] } => (needs.length > 0 ? { needs } : {});

/** Functions of PostgreSQL's own that give another value for each row. */
export const VOLATILE: ReadonlySet<string> = new Set([
  'random',
  'random_normal',
  'gen_random_uuid',
  'uuidv4',
  'uuidv7',
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
  'clock_timestamp',
  'timeofday',
  'nextval',
  'currval',
  'setval',
  'lastval',
  'gen_random_bytes',
  'gen_salt',
  'nanoid',
  'cuid',
  'ulid',
  'generate_ulid',
  'pg_sleep',
  'txid_current',
  'pg_current_xact_id',
]);

/** Names of the functions that an expression calls. */
export const callsIn = (part: unknown): readonly string[] => {
  const found: string[] = [];
  const stack: unknown[] = [part];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) for (const item of value) stack.push(item);
    else if (isBody(value)) {
      const node = untag(value);
      if (node?.type === 'FuncCall') found.push(nameParts(listOf(node.body, 'funcname')).at(-1) ?? '');
      for (const child of Object.values(value)) if (typeof child === 'object') stack.push(child);
    }
  }
  return found;
};
