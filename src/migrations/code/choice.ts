/**
 * A value that is one of several, it is not known which: what is called on it may happen, and is said so.
 * Invariants: nothing that can change the schema is lost where a value becomes unknown.
 */
import { methodOf } from './builtins.ts';
import { classMember } from './evaluate.ts';
import type { Run } from './run.ts';
import { handle, UNKNOWN, type Value } from './value.ts';

const MAX_CHOICES = 8;

interface Choices {
  readonly choices: readonly Value[];
}

const choicesOf = (value: Value): readonly Value[] => {
  const data = value.kind === 'handle' ? (value.handle.data as Partial<Choices> | undefined) : undefined;
  return data?.choices ?? [value];
};

/** Whether calling it, or a member of it, may do something. */
const canAct = (value: Value): boolean => {
  if (value.kind === 'function' || value.kind === 'class') return true;
  if (value.kind === 'record') return [...value.entries.values()].some((one) => one.kind === 'function' || one.kind === 'class');
  return value.kind === 'handle' && value.handle.isSchema === true;
};

/** One of several values: unknown, unless one of them can act. */
export const oneOf = (run: Run, values: readonly Value[]): Value => {
  const acting = [...new Set(values.flatMap(choicesOf))].filter(canAct).slice(0, MAX_CHOICES);
  if (acting.length === 0) return UNKNOWN;
  return handle({
    name: 'one of several',
    data: { choices: acting } satisfies Choices,
    ...(acting.some((one) => one.kind === 'handle' && one.handle.isSchema) && { isSchema: true as const }),
    get: (name) => {
      const members = acting.map((one) => methodOf(one, name) ?? classMember(run, one, name));
      return oneOf(
        run,
        members.map((one) =>
          one.kind === 'handle' && one.handle.call ? { kind: 'handle', handle: { ...one.handle, isSchema: true } } : one,
        ),
      );
    },
    call: ({ args, maybe }) => {
      for (const one of acting) maybe(one, args);
      return UNKNOWN;
    },
  });
};
