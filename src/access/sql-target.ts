/**
 * Which database an SQL text goes to: queries for ClickHouse, SQLite and others name tables of their own, even where the
 * names are the same. Input: the text's node. Output: whether it goes elsewhere than to the databases with migrations.
 */
import { isFunction } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';

const OTHER_DATABASE = /click_?house|sqlite|mongo|bigquery|snowflake|redshift|duckdb|elastic|athena|timestream/i;
/** ClickHouse's own words: `{from: DateTime64(3)}`, `FROM traces FINAL`, `LIMIT 1 BY`, functions no other database has. */
const CLICKHOUSE_TEXT = /\{\w+:\s*(?:String|U?Int\d+|Float\d+|DateTime|Date|Array\(|Nullable\(|UUID|Bool|Map\()|\b(?:FROM|JOIN)\s+\w+(?:\s+(?:AS\s+)?\w+)?\s+FINAL\b|\bLIMIT\s+\d+\s+BY\b|\b(?:groupUniqArray|groupArray\w*|argMax|argMin|toDateTime64|toStartOf\w+|uniqExact|uniqIf|sumMap|countIf|sumIf|notEmpty)\s*\(/i;

/** Whether the whole text, its fragments put in, is ClickHouse's. */
export const isOtherDialect = (text: string): boolean => CLICKHOUSE_TEXT.test(text);

/** Whether the file works with another kind of database: then text that does not parse is not taken for PostgreSQL's. */
export const usesOtherDatabase = (module: Module): boolean =>
  module.imports.some((source) => OTHER_DATABASE.test(source)) || module.nodes('ImportSpecifier').some((n) => OTHER_DATABASE.test(n.local.name));

/** Whether the text is for another kind of database, by its receiver or the function it is built in. */
export function isOtherDatabase(node: Node, module: Module): boolean {
  const places = [node, ...usesOf(node, module)];
  return places.some((place) => goesElsewhere(place, module));
}

/** Where a text that is kept in a variable is handed on. */
function usesOf(node: Node, module: Module): readonly Node[] {
  let holder = module.parent(node);
  while (holder && (holder.type === 'BinaryExpression' || holder.type === 'TaggedTemplateExpression' || holder.type === 'ConditionalExpression')) holder = module.parent(holder);
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return [];
  return module.references(holder.id);
}

function goesElsewhere(node: Node, module: Module): boolean {
  for (let at: Node | null = node; at; at = module.parent(at)) {
    if (isFunction(at) && OTHER_DATABASE.test(nameOf(at, module))) return true;
    if (at.type === 'CallExpression' && namesOther(at.callee, module)) return true;
    if (at.type === 'TaggedTemplateExpression' && namesOther(at.tag, module)) return true;
  }
  return false;
}

function nameOf(node: Node, module: Module): string {
  const holder = module.parent(node);
  if ('id' in node && node.id && typeof node.id === 'object' && 'name' in node.id) return String(node.id.name);
  return holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : '';
}

function namesOther(callee: Node, module: Module): boolean {
  const textOf = (node: Node): string => module.text.slice(node.start, Math.min(node.end, node.start + 200));
  if (OTHER_DATABASE.test(textOf(callee))) return true;
  const binding = callee.type === 'Identifier' ? module.binding(callee) : null;
  if (binding?.kind === 'import') return OTHER_DATABASE.test(binding.source);
  return binding?.kind === 'variable' && binding.init !== null && OTHER_DATABASE.test(textOf(binding.init));
}
