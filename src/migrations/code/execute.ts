/**
 * Statements of a migration, read in the order in which they run. Where a condition is not known both ways are read, each
 * under its condition; loops over constants are unrolled.
 */
import { keyName } from '../../code/syntax.ts';
import type { Node } from '../../code/types.ts';
import { assign } from './assign.ts';
import { conditionOf, evaluate, memberValue } from './evaluate.ts';
import { cellOf } from './names.ts';
import { type Condition, leave, type Run, step, under } from './run.ts';
import { isMissing, list, placeOf, type Scope, stringOf, truthOf, UNDEFINED, UNKNOWN, type Value } from './value.ts';

type Completion = { readonly kind: 'next' | 'break' | 'continue' | 'throw' } | { readonly kind: 'return'; readonly value: Value };

const NEXT: Completion = { kind: 'next' };
const MAX_TURNS = 2_000;

const blockScope = (scope: Scope): Scope => ({ names: new Map(), parent: scope, module: scope.module, self: UNKNOWN });

/** Reads a function's body; gives what it returns. */
export const executeBody = (run: Run, body: readonly Node[], scope: Scope): Value => {
  const end = executeAll(run, body, scope);
  return end.kind === 'return' ? end.value : UNDEFINED;
};

const executeAll = (run: Run, body: readonly Node[], scope: Scope): Completion => {
  for (const one of body) {
    if (one.type === 'FunctionDeclaration' && one.id) scope.names.set(one.id.name, { value: { kind: 'function', node: one, scope } });
    if (one.type === 'ClassDeclaration' && one.id) scope.names.set(one.id.name, { value: { kind: 'class', node: one, scope } });
  }
  for (const one of body) {
    const end = execute(run, one, scope);
    if (end.kind !== 'next') return end;
  }
  return NEXT;
};

/** Gives the names of a pattern their values. */
export const bindPattern = (run: Run, pattern: Node, value: Value, scope: Scope): void => {
  switch (pattern.type) {
    case 'Identifier':
      scope.names.set(pattern.name, { value });
      return;
    case 'AssignmentPattern':
      bindPattern(run, pattern.left, isMissing(value) ? evaluate(run, pattern.right, scope) : value, scope);
      return;
    case 'TSParameterProperty':
      bindPattern(run, pattern.parameter, value, scope);
      return;
    case 'RestElement':
      bindPattern(run, pattern.argument, value, scope);
      return;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') bindPattern(run, property.argument, UNKNOWN, scope);
        else bindPattern(run, property.value, memberValue(value, keyName(property) ?? ''), scope);
      }
      return;
    case 'ArrayPattern':
      pattern.elements.forEach((element, i) => {
        if (element?.type === 'RestElement') bindPattern(run, element.argument, UNKNOWN, scope);
        else if (element) bindPattern(run, element, memberValue(value, String(i)), scope);
      });
  }
};

type Statement<T extends Node['type']> = (run: Run, node: Extract<Node, { type: T }>, scope: Scope) => Completion;
const statement = <T extends Node['type']>(type: T, read: Statement<T>): [string, Statement<never>] => [
  type,
  read as unknown as Statement<never>,
];

const execute = (run: Run, node: Node, scope: Scope): Completion => {
  if (!step(run, () => placeOf(node, scope.module))) return { kind: 'return', value: UNKNOWN };
  return STATEMENTS.get(node.type)?.(run, node as never, scope) ?? NEXT;
};

/** What follows a choice of which one way leaves: it happens only where the other way was taken. */
const joined = (run: Run, first: Completion, second: Completion, [whenFirst, whenSecond]: readonly [Condition, Condition]): Completion => {
  // Who throws ends the migration, unless it is caught here.
  if (run.tries === 0 && first.kind === 'throw') return second;
  if (run.tries === 0 && second.kind === 'throw') return first;
  if (first.kind !== 'next' && second.kind !== 'next') return first.kind === 'return' ? { kind: 'return', value: UNKNOWN } : first;
  if (first.kind !== 'next') run.conditions.push({ ...whenSecond, leaves: first.kind });
  if (second.kind !== 'next') run.conditions.push({ ...whenFirst, leaves: second.kind });
  return NEXT;
};

const ifStatement: Statement<'IfStatement'> = (run, node, scope) => {
  const test = evaluate(run, node.test, scope);
  const truth = truthOf(test);
  if (truth !== null) return truth ? execute(run, node.consequent, scope) : node.alternate ? execute(run, node.alternate, scope) : NEXT;
  const whenTrue = conditionOf(test, node.test, scope.module, true);
  const whenFalse = conditionOf(test, node.test, scope.module, false);
  const first = under(run, whenTrue, () => execute(run, node.consequent, scope));
  const { alternate } = node;
  const second = alternate ? under(run, whenFalse, () => execute(run, alternate, scope)) : NEXT;
  return joined(run, first, second, [whenTrue, whenFalse]);
};

/** What only left the loop, or the `try`, holds no longer after it. */
const endTurns = (run: Run, conditions: number, leaves: RegExp): void => {
  leave(run, conditions, (one) => leaves.test(one.leaves ?? ''));
};

/** One turn of a loop; null: it goes on. */
const turn = (run: Run, body: Node, scope: Scope, conditions: number): Completion | null => {
  const end = execute(run, body, scope);
  endTurns(run, conditions, /^continue$/);
  if (end.kind === 'break') return NEXT;
  return end.kind === 'next' || end.kind === 'continue' ? null : end;
};

/** A loop whose turns are not known: its body is read once, under a condition. */
const unknownLoop = (run: Run, node: Node, body: Node, scope: Scope): Completion => {
  const text = scope.module.text.slice(node.start, body.start).replace(/\s+/g, ' ').trim().slice(0, 60);
  const conditions = run.conditions.length;
  const end = under(run, { text, check: null }, () => execute(run, body, scope));
  endTurns(run, conditions, /^(?:break|continue)$/);
  if (end.kind === 'return') run.conditions.push({ text: `!(${text})`, check: null, leaves: 'return' });
  return NEXT;
};

const tooLong = (run: Run, node: Node, scope: Scope): void =>
  run.recorder.problem(placeOf(node, scope.module), 'it does too much to be followed', '');

const overItems = (
  run: Run,
  node: Extract<Node, { type: 'ForOfStatement' | 'ForInStatement' }>,
  given: Value,
  scope: Scope,
): Completion => {
  const bind = (value: Value): Scope => {
    const inner = blockScope(scope);
    const { left } = node;
    if (left.type === 'VariableDeclaration') bindPattern(run, left.declarations[0]?.id ?? left, value, inner);
    else if (left.type === 'Identifier') assign(run, cellOf(run, left.name, scope), value);
    return inner;
  };
  if (given.kind !== 'list' || given.isOpen) return unknownLoop(run, node, node.body, bind(UNKNOWN));
  const conditions = run.conditions.length;
  let result: Completion = NEXT;
  if (given.items.length > MAX_TURNS) tooLong(run, node, scope);
  for (const item of given.items.slice(0, MAX_TURNS)) {
    const end = turn(run, node.body, bind(item), conditions);
    if (end) {
      result = end;
      break;
    }
  }
  endTurns(run, conditions, /^break$/);
  return result;
};

const forInStatement: Statement<'ForInStatement'> = (run, node, scope) => {
  const owner = evaluate(run, node.right, scope);
  const at = placeOf(node.right, scope.module);
  const text = (name: string): Value => ({ kind: 'text', pieces: [{ text: name, place: at, map: null }] });
  const keys = owner.kind === 'record' && !owner.isOpen ? list([...owner.entries.keys()].map(text)) : UNKNOWN;
  return overItems(run, node, keys, scope);
};

const whileLoop = (
  run: Run,
  node: Extract<Node, { type: 'ForStatement' | 'WhileStatement' | 'DoWhileStatement' }>,
  scope: Scope,
  update: Node | null,
): Completion => {
  const conditions = run.conditions.length;
  let result: Completion = NEXT;
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    const isFirst = node.type === 'DoWhileStatement' && turns === 0;
    const truth = isFirst ? true : node.test ? truthOf(evaluate(run, node.test, scope)) : true;
    if (truth === false) break;
    // What only data decides to end is read once.
    const isEndless = truth === true && node.test?.type === 'Literal' && turns > 0;
    if (truth === null || isEndless) {
      if (!isEndless) unknownLoop(run, node, node.body, scope);
      break;
    }
    const end = turn(run, node.body, blockScope(scope), conditions);
    if (end) {
      result = end;
      break;
    }
    if (update) evaluate(run, update, scope);
    if (turns === MAX_TURNS - 1) tooLong(run, node, scope);
  }
  endTurns(run, conditions, /^break$/);
  return result;
};

/** Cases of which it is not known which one is taken: each under a condition; one that returns leaves what follows. */
const unknownCases = (run: Run, node: Extract<Node, { type: 'SwitchStatement' }>, text: string, scope: Scope): Completion => {
  const conditions = run.conditions.length;
  const ends = node.cases.map((one) => under(run, { text, check: null }, () => executeAll(run, one.consequent, scope)));
  endTurns(run, conditions, /^break$/);
  for (const kind of ['return', 'continue'] as const) {
    if (ends.some((end) => end.kind === kind)) run.conditions.push({ text, check: null, leaves: kind });
  }
  return NEXT;
};

const switchStatement: Statement<'SwitchStatement'> = (run, node, scope) => {
  const value = evaluate(run, node.discriminant, scope);
  const wanted = stringOf(value);
  const inner = blockScope(scope);
  if (wanted === null) {
    const text = scope.module.text.slice(node.discriminant.start, node.discriminant.end);
    return unknownCases(run, node, text, inner);
  }
  const tests = node.cases.map((one) => (one.test ? stringOf(evaluate(run, one.test, scope)) : ''));
  if (tests.includes(null)) return unknownCases(run, node, 'switch', inner);
  const matching = node.cases.findIndex((one, i) => one.test !== null && tests[i] === wanted);
  const start = matching >= 0 ? matching : node.cases.findIndex((one) => one.test === null);
  if (start < 0) return NEXT;
  for (const one of node.cases.slice(start)) {
    const end = executeAll(run, one.consequent, inner);
    if (end.kind === 'break') return NEXT;
    if (end.kind !== 'next') return end;
  }
  return NEXT;
};

const tryStatement: Statement<'TryStatement'> = (run, node, scope) => {
  const conditions = run.conditions.length;
  run.tries += node.handler ? 1 : 0;
  const end = execute(run, node.block, scope);
  run.tries -= node.handler ? 1 : 0;
  const thrown = run.conditions.slice(conditions).find((one) => one.leaves === 'throw');
  endTurns(run, conditions, /^throw$/);
  const { handler } = node;
  const catches = (): Completion => (handler ? executeAll(run, handler.body.body, blockScope(scope)) : NEXT);
  if (thrown && handler) under(run, { text: thrown.text, check: null }, catches);
  const caught = end.kind === 'throw' && handler ? catches() : end;
  const last = node.finalizer ? execute(run, node.finalizer, scope) : NEXT;
  return last.kind === 'next' ? caught : last;
};

/** A jump to a label is not followed: what comes after it is not known to happen. */
const jump = (
  run: Run,
  node: Extract<Node, { type: 'BreakStatement' | 'ContinueStatement' }>,
  scope: Scope,
  kind: 'break' | 'continue',
): Completion => {
  if (node.label === null) return { kind };
  run.recorder.problem(placeOf(node, scope.module), 'a jump to a label is not followed', '');
  return { kind: 'return', value: UNKNOWN };
};

const STATEMENTS: ReadonlyMap<string, Statement<never>> = new Map([
  statement('ExpressionStatement', (run, node, scope) => {
    evaluate(run, node.expression, scope);
    return NEXT;
  }),
  statement('VariableDeclaration', (run, node, scope) => {
    for (const one of node.declarations) bindPattern(run, one.id, one.init ? evaluate(run, one.init, scope) : UNDEFINED, scope);
    return NEXT;
  }),
  statement('ReturnStatement', (run, node, scope) => ({
    kind: 'return',
    value: node.argument ? evaluate(run, node.argument, scope) : UNDEFINED,
  })),
  statement('BlockStatement', (run, node, scope) => executeAll(run, node.body, blockScope(scope))),
  statement('IfStatement', ifStatement),
  statement('ForOfStatement', (run, node, scope) => overItems(run, node, evaluate(run, node.right, scope), scope)),
  statement('ForInStatement', forInStatement),
  statement('ForStatement', (run, node, scope) => {
    const inner = blockScope(scope);
    if (node.init?.type === 'VariableDeclaration') execute(run, node.init, inner);
    else if (node.init) evaluate(run, node.init, inner);
    return whileLoop(run, node, inner, node.update);
  }),
  statement('WhileStatement', (run, node, scope) => whileLoop(run, node, scope, null)),
  statement('DoWhileStatement', (run, node, scope) => whileLoop(run, node, scope, null)),
  statement('SwitchStatement', switchStatement),
  statement('TryStatement', tryStatement),
  statement('ThrowStatement', () => ({ kind: 'throw' })),
  statement('BreakStatement', (run, node, scope) => jump(run, node, scope, 'break')),
  statement('ContinueStatement', (run, node, scope) => jump(run, node, scope, 'continue')),
  statement('LabeledStatement', (run, node, scope) => execute(run, node.body, scope)),
]);
