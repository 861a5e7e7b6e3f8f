/**
 * Assignments in a migration: what names and members are worth from then on.
 * Invariants: a target that is not followed, or is assigned under a condition, is not known afterwards.
 */
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Node } from '../../code/types.ts';
import { oneOf } from './choice.ts';
import { evaluate, memberValue, sumOf } from './evaluate.ts';
import { cellOf } from './names.ts';
import { type Run, touch } from './run.ts';
import { type Cell, forgetItems, type Scope, stringOf, UNDEFINED, UNKNOWN, type Value } from './value.ts';

/** What an assignment leaves in its target. */
const assigned = (run: Run, node: Extract<Node, { type: 'AssignmentExpression' }>, before: Value, scope: Scope): Value => {
  const value = evaluate(run, node.right, scope);
  if (node.operator === '=') return value;
  if (node.operator !== '+=') return UNKNOWN;
  return sumOf(before, value, node.left as Node, node.right, scope.module);
};

/** The value of an assignment, which its target has from then on. */
export const assignmentValue = (run: Run, node: Extract<Node, { type: 'AssignmentExpression' }>, scope: Scope): Value => {
  const target = unwrap(node.left as Node);
  if (target.type === 'Identifier') {
    const cell = cellOf(run, target.name, scope);
    const value = assigned(run, node, cell.value, scope);
    assign(run, cell, value);
    return value;
  }
  if (target.type === 'MemberExpression') {
    const owner = evaluate(run, target.object, scope);
    const name = keyName(target) ?? stringOf(evaluate(run, target.property, scope));
    const value = assigned(run, node, name === null ? UNKNOWN : memberValue(owner, name), scope);
    setMember(run, owner, name, value);
    return value;
  }
  const value = evaluate(run, node.right, scope);
  forget(run, target, scope);
  return value;
};

/** Gives a member its value; where it is not known which one, none is known any more. */
const setMember = (run: Run, owner: Value, name: string | null, value: Value): void => {
  if (owner.kind === 'list') {
    const at = name !== null && /^\d+$/.test(name) ? Number(name) : -1;
    if (at >= 0 && at <= owner.items.length) owner.items[at] = value;
    else forgetItems(owner);
    touch(run, () => forgetItems(owner));
  }
  if (owner.kind !== 'record') return;
  const set = (key: string, next: Value): void => {
    const before = owner.entries.get(key) ?? UNDEFINED;
    owner.entries.set(key, next);
    touch(run, () => void owner.entries.set(key, oneOf(run, [owner.entries.get(key) ?? UNDEFINED, before, next])));
  };
  if (name !== null) set(name, value);
  else {
    owner.isOpen = true;
    for (const key of owner.entries.keys()) set(key, UNKNOWN);
  }
};

/** Gives a name its value. */
export const assign = (run: Run, cell: Cell, value: Value): void => {
  const before = cell.value;
  cell.value = value;
  touch(run, () => {
    cell.value = oneOf(run, [cell.value, before, value]);
  });
};

/** Targets of an assignment that is not followed are not known afterwards. */
export const forget = (run: Run, target: Node, scope: Scope): void => {
  switch (target.type) {
    case 'Identifier':
      assign(run, cellOf(run, target.name, scope), UNKNOWN);
      return;
    case 'MemberExpression':
      setMember(run, evaluate(run, target.object, scope), keyName(target), UNKNOWN);
      return;
    case 'AssignmentPattern':
      forget(run, target.left, scope);
      return;
    case 'RestElement':
      forget(run, target.argument, scope);
      return;
    case 'ObjectPattern':
      for (const property of target.properties) forget(run, property.type === 'RestElement' ? property.argument : property.value, scope);
      return;
    case 'ArrayPattern':
      for (const element of target.elements) if (element) forget(run, element, scope);
  }
};
