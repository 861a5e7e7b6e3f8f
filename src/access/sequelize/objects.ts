/**
 * Objects of conditions as Sequelize takes them: keys are attributes, `$paths$` or operators (`[Op.or]`), values nest.
 * Input: an expression. Output: entries with plain keys, and the values under computed ones; variables that are assigned several
 * times give the entries of all of them.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Modules, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { type Entry, elementsOf, entriesOf, type Source } from '../values.ts';

export interface Conditions {
  readonly entries: readonly Entry[];
  /** Values under operators. */
  readonly nested: readonly Source[];
  /** Calls and texts that stand for a condition. */
  readonly others: readonly Source[];
}

const MAX_DEPTH = 8;

/** The conditions an expression holds. */
export function conditionsOf(source: Source, modules: Modules, depth = 0, seen: Set<Node> = new Set()): Conditions {
  const entries: Entry[] = [];
  const nested: Source[] = [];
  const others: Source[] = [];
  const add = (next: Source): void => {
    if (depth > MAX_DEPTH) return;
    const inner = conditionsOf(next, modules, depth + 1, seen);
    entries.push(...inner.entries);
    nested.push(...inner.nested);
    others.push(...inner.others);
  };
  const { module } = source;
  const node = unwrapAwait(source.node);
  switch (node.type) {
    case 'ObjectExpression':
      for (const property of node.properties) {
        if (property.type === 'SpreadElement') {
          add({ node: property.argument, module });
          continue;
        }
        const key = keyName(property) ?? stringOf(property.key, module, modules);
        const value = { node: property.value as never, module };
        if (key === null) nested.push(value);
        else entries.push({ key, value, at: { node: property.key, module } });
      }
      break;
    case 'ArrayExpression':
      for (const element of elementsOf({ node, module }, modules).elements) if (element.node !== node) add(element);
      break;
    case 'ConditionalExpression':
      add({ node: node.consequent, module });
      add({ node: node.alternate, module });
      break;
    case 'LogicalExpression':
      if (node.operator !== '&&') add({ node: node.left, module });
      add({ node: node.right, module });
      break;
    case 'Identifier': {
      const binding = module.binding(node);
      const isVaried = binding?.kind === 'variable' && !binding.constant && binding.path.length === 0;
      const writes = isVaried && !seen.has(binding.node) ? binding.writes : [];
      if (isVaried) seen.add(binding.node);
      for (const write of writes) if (write) add({ node: write, module });
      if (!isVaried) entries.push(...entriesOf({ node, module }, modules).entries);
      break;
    }
    case 'CallExpression': {
      const known = entriesOf({ node, module }, modules).entries;
      if (known.length > 0) entries.push(...known);
      else others.push({ node, module });
      break;
    }
    default:
      entries.push(...entriesOf({ node, module }, modules).entries);
  }
  return { entries, nested, others };
}
