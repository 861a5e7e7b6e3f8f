/**
 * Values that a function hands back by name: `return { isNew, rows }` of a hook.
 * Input: what is given in the object. Output: the names that stand for it where the function is called; null where it is none.
 * Invariant: the object is the only one the function gives back, and each name takes it straight from a call.
 */
import { ts } from 'ts-morph';
import { type Code, propertyBehind } from '../reading/program.ts';
import { declaredFunction, functionAround, isDeclaring, isReading, nameOfFunction } from '../reading/uses.ts';
import { objectOf } from './functions.ts';
import type { Handing } from './handed.ts';

/** The names at the calls; with the property itself where nothing else reads it. */
export function handedBackTo(given: ts.PropertyAssignment | ts.ShorthandPropertyAssignment, handing: Handing): readonly ts.Symbol[] | null {
  const { code } = handing;
  const maker = makerOf(given, code);
  const index = given.parent.properties.indexOf(given);
  const isLast = !given.parent.properties.slice(index).some(ts.isSpreadAssignment);
  if (maker === null || !ts.isIdentifier(given.name) || !isLast || handing.isPublic(maker)) return null;
  const key = given.name.text;
  const places = code.references(maker).filter((one) => !isDeclaring(one) && !ts.isExportAssignment(one.parent));
  const readings = places.map((one) => readingAt(one, key, code));
  const found = readings.flatMap((one) => one ?? []);
  const names = found.flatMap((one) => (ts.isBindingElement(one.parent) ? (code.symbolOf(one.parent.name) ?? []) : []));
  const property = readings.includes(null) ? null : propertyAlone(given, found, code);
  return property === null ? names : [...names, property];
}

/** The function whose only object it is. */
function makerOf(given: ts.ObjectLiteralElementLike, code: Code): ts.Symbol | null {
  for (let fn = functionAround(given); fn !== null; fn = functionAround(fn)) {
    const name = nameOfFunction(fn);
    const symbol = name === null ? null : code.symbolOf(name);
    const own = symbol === null ? null : declaredFunction(symbol);
    if (own !== null && own === fn) return objectOf(own) === given.parent ? symbol : null;
  }
  return null;
}

/** Where a call's result is taken apart: the names that read the key; null where it may be read in another way. */
function readingAt(node: ts.Node, key: string, code: Code): readonly ts.Identifier[] | null {
  const call = node.parent;
  if (!ts.isCallExpression(call) || call.expression !== node) return null;
  const holder = call.parent;
  if (ts.isPropertyAccessExpression(holder)) return holder.name.text === key && ts.isIdentifier(holder.name) ? [holder.name] : [];
  if (!ts.isVariableDeclaration(holder)) return null;
  if (ts.isObjectBindingPattern(holder.name)) return takenBy(holder.name, key, code);
  const symbol = ts.isIdentifier(holder.name) ? code.symbolOf(holder.name) : null;
  const uses = symbol === null ? [] : code.references(symbol).filter((one) => one !== holder.name);
  const isConstant = (ts.getCombinedNodeFlags(holder) & ts.NodeFlags.Const) !== 0;
  const accesses = uses.map(({ parent }) => parent);
  if (!isConstant || !accesses.every((one) => ts.isPropertyAccessExpression(one))) return null;
  const names = accesses.flatMap(({ name }) => (ts.isIdentifier(name) && name.text === key ? [name] : []));
  return names.every(isReading) ? names : null;
}

function takenBy(pattern: ts.ObjectBindingPattern, key: string, code: Code): readonly ts.Identifier[] | null {
  if (pattern.elements.some((one) => one.dotDotDotToken !== undefined)) return null;
  const element = pattern.elements.find((one) => (one.propertyName ?? one.name).getText() === key);
  if (element === undefined) return [];
  const symbol = ts.isIdentifier(element.name) ? code.symbolOf(element.name) : null;
  const isPlain = symbol !== null && element.initializer === undefined && code.references(symbol).every(isReading);
  const name = element.propertyName ?? element.name;
  return isPlain && ts.isIdentifier(name) ? [name] : null;
}

/** The property, where only these read it and only this gives it: it goes with the last of them. */
function propertyAlone(
  given: ts.PropertyAssignment | ts.ShorthandPropertyAssignment,
  readings: readonly ts.Identifier[],
  code: Code,
): ts.Symbol | null {
  const property = ts.isShorthandPropertyAssignment(given) ? propertyBehind(given.name, code.checker) : code.symbolOf(given.name);
  const isOwn = property?.declarations?.length === 1 && property.declarations[0] === given;
  if (property === null || !isOwn) return null;
  const isBehind = (one: ts.Node): boolean => code.symbolOf(one) === property || propertyBehind(one, code.checker) === property;
  if (!readings.every(isBehind)) return null;
  const others = code.references(property).filter((one) => one !== given.name && !readings.includes(one as ts.Identifier));
  return others.length === 0 ? property : null;
}
