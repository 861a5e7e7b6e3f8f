/**
 * Calls of functions whose text the history holds: what a migration calls, it runs.
 * Input: a tree or an expression. Output: the SQL in the bodies of the functions that it calls, each function once per
 * statement of the migration, so that those that call each other come to an end.
 */
import { type Body, isBody, listOf, nameParts, nodesOf, stringOf, stringsOf, textOf, untag } from '../../parse/sql/ast.ts';
import { nameOf, type PgStep } from '../step.ts';
import type { Routine } from '../types.ts';
import { type EmbeddedSql, embeddedSql } from './plpgsql.ts';

interface Call {
  readonly name: string;
  readonly count: number;
}

const callsIn = (step: PgStep, part: unknown): readonly Call[] => {
  const found: Call[] = [];
  const stack: unknown[] = [part];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) for (let i = value.length - 1; i >= 0; i--) stack.push(value[i]);
    if (!isBody(value)) continue;
    for (const key of Object.keys(value).reverse()) {
      const child = value[key];
      if ((key === 'FuncCall' || key === 'funccall') && isBody(child)) {
        const body = untag(child)?.body ?? child;
        const parts = nameParts(listOf(body, 'funcname'));
        const name = nameOf(step, parts, (candidate) => step.draft.routines.has(`function ${candidate}`));
        if (step.draft.routines.has(`function ${name}`)) found.push({ name, count: listOf(body, 'args').length });
      }
      if (typeof child === 'object') stack.push(child);
    }
  }
  return found;
};

const arity = ({ signature = '' }: Routine): number => (signature === '' ? 0 : signature.split(',').length);

/** The overload that a call means: the only one, or the only one that takes so many arguments. */
const meant = (step: PgStep, { name, count }: Call): readonly Routine[] => {
  const all = [...step.draft.routines.values()].filter((routine) => routine.kind === 'function' && routine.name === name);
  const fitting = all.filter((routine) => arity(routine) === count);
  return fitting.length > 0 ? fitting : all;
};

const optionOf = (body: Body, name: string): unknown =>
  nodesOf(body, 'options').find(({ body: option }) => textOf(option, 'defname') === name)?.body['arg'];

export type FunctionBody =
  | { readonly kind: 'sql'; readonly text: string }
  | { readonly kind: 'plpgsql'; readonly parts: readonly EmbeddedSql[] }
  | { readonly kind: 'unreadable'; readonly text: string; readonly reason: string };

const bodyOf = (step: PgStep, definition: string): FunctionBody | null => {
  const parsed = step.postgres.parse(definition);
  const create = parsed.ok ? parsed.nodes[0]?.node.body : undefined;
  const text = create ? (stringsOf(listOf(untag(optionOf(create, 'as'))?.body ?? {}, 'items'))[0] ?? null) : null;
  if (!create || text === null) return null;
  const language = (stringOf(optionOf(create, 'language')) ?? 'sql').toLowerCase();
  if (language === 'sql') return { kind: 'sql', text };
  if (language !== 'plpgsql') return null;
  const functions = step.postgres.parsePlpgsql(definition);
  return functions.ok
    ? { kind: 'plpgsql', parts: embeddedSql(functions.functions) }
    : { kind: 'unreadable', text: definition, reason: functions.reason };
};

/** Bodies of the functions that a tree calls and that this statement has not run yet. */
export const calledBodies = (step: PgStep, part: unknown, ran: Set<string>): readonly FunctionBody[] => {
  const found: FunctionBody[] = [];
  for (const call of callsIn(step, part)) {
    const key = `${call.name}/${call.count}`;
    if (ran.has(key)) continue;
    ran.add(key);
    const routines = meant(step, call);
    const bodies = routines.flatMap(({ definition }) => (definition === undefined ? [] : (bodyOf(step, definition) ?? [])));
    if (routines.length === 1) found.push(...bodies);
    else if (bodies.length > 0)
      found.push({
        kind: 'unreadable',
        text: routines.map(({ definition }) => definition ?? '').join('\n'),
        reason: `which function ${call.name} is called depends on its arguments`,
      });
  }
  return found;
};
