/**
 * Props and options that only hand on what callers give by name: `<Fees fee={on ? listing.fee : null} />` → `({ fee }) => …`.
 * Input: the name of a member or of a destructured key. Output: whether every caller gives it as an expression of its own,
 * so that reading it is no read of a row.
 */
import type { Callers, CallSite } from './callers.ts';
import { isFunction, keyName, unwrap } from './syntax.ts';
import type { Module, Node } from './types.ts';

/** Whether a node is such a name; unknown callers and spreads may give a whole row. */
export function isHandedOn(node: Node, module: Module, callers: Callers): boolean {
  const taken = parameterOf(node, module);
  const sites = taken === null ? null : callers.sites(taken.owner);
  if (taken === null || sites === null || sites.length === 0) return false;
  const given = sites.map((site) => givenBy(site, taken.index, taken.name));
  return !given.includes('unknown') && given.includes('named');
}

interface Taken {
  readonly owner: Node;
  readonly index: number;
  readonly name: string;
}

/** The parameter whose member a name is. */
function parameterOf(node: Node, module: Module): Taken | null {
  const parent = module.parent(node);
  if (parent?.type === 'MemberExpression' && parent.property === node && parent.object.type === 'Identifier') {
    const binding = module.binding(parent.object);
    const name = keyName(parent);
    if (binding?.kind !== 'parameter' || binding.path.length > 0 || name === null) return null;
    return { owner: binding.owner, index: binding.index, name };
  }
  const pattern = parent?.type === 'Property' ? module.parent(parent) : null;
  const name = parent?.type === 'Property' ? keyName(parent) : null;
  if (pattern?.type !== 'ObjectPattern' || name === null) return null;
  const holder = module.parent(pattern);
  const top = holder?.type === 'AssignmentPattern' ? holder : pattern;
  const owner = module.parent(top);
  if (owner === null || !isFunction(owner)) return null;
  const index = owner.params.findIndex((parameter) => parameter.start === top.start);
  return index < 0 ? null : { owner, index, name };
}

function givenBy({ given }: CallSite, index: number, name: string): 'named' | 'left out' | 'unknown' {
  if (given === null) return 'unknown';
  if (given.kind === 'element') {
    if (given.node.attributes.some((one) => one.type === 'JSXSpreadAttribute')) return 'unknown';
    const isNamed = given.node.attributes.some(
      (one) => one.type === 'JSXAttribute' && one.name.type === 'JSXIdentifier' && one.name.name === name,
    );
    return isNamed ? 'named' : 'left out';
  }
  const argument = given.nodes[index];
  if (argument === undefined) return given.nodes.some((one) => one.type === 'SpreadElement') ? 'unknown' : 'left out';
  const object = unwrap(argument);
  if (object.type !== 'ObjectExpression' || object.properties.some((one) => one.type === 'SpreadElement')) return 'unknown';
  return object.properties.some((one) => keyName(one) === name) ? 'named' : 'left out';
}
