/** SET search_path and its other spellings: where unqualified names are looked up. */
import { type Body, listOf, literalOf, nameParts, nodeOf, nodesOf, textOf } from '../../parse/sql/ast.ts';
import type { PgStep } from '../step.ts';

/** `SET search_path TO a, b`; anything else that is set does not matter. */
export const setVariable = (step: PgStep, body: Body): void => {
  if (textOf(body, 'name') !== 'search_path') return;
  const names = listOf(body, 'args')
    .map(literalOf)
    .filter((name): name is string => name !== null);
  setPath(step, names);
};

const setPath = (step: PgStep, names: readonly string[]): void => {
  const path = names
    .flatMap((name) => name.split(','))
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '' && name !== '$user' && name !== 'pg_catalog');
  step.session.path = path.length > 0 ? path : ['public'];
};

/** `SELECT set_config('search_path', …)`, as pg_dump writes it. */
export const selectSetConfig = (step: PgStep, body: Body): void => {
  for (const { body: target } of nodesOf(body, 'targetList')) {
    const call = nodeOf(target, 'val');
    if (call?.type !== 'FuncCall' || nameParts(listOf(call.body, 'funcname')).at(-1) !== 'set_config') continue;
    const [name, value] = listOf(call.body, 'args').map(literalOf);
    if (name === 'search_path' && typeof value === 'string') setPath(step, [value]);
  }
};
