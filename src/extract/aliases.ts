/**
 * Names under which code of other files keeps a table's or a column's name: `export const T = { users: 'users' }`,
 * `export enum Tables { Users = 'users' }`, `export const COLUMNS = ['id', 'legacy_email']`.
 * Input: names of the schema, a code reader. Output: for each of them the words that files have which mean it without saying it.
 */
import { keyName, literalString } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import type { CodeReader } from './code.ts';
import { anyOf, bare } from './spelling.ts';

export type Aliases = ReadonlyMap<string, readonly string[]>;

/** Files that keep one name; more say that the name is a common word. */
const MAX_FILES = 60;

/** Finds them at one revision. */
export async function aliasesOf(names: readonly string[], reader: Pick<CodeReader, 'candidates' | 'read'>): Promise<Aliases> {
  const found = new Map<string, Set<string>>();
  const asked = new Map(names.map((name) => [bare(name), name]));
  if (asked.size === 0) return new Map();
  const quoted = new RegExp(`["'\`](?:\\w+\\.)?(?:${anyOf([...asked.keys()])})(?:\\s+as\\s+\\w+)?["'\`]`);
  const files = await reader.candidates([{ words: [...asked.keys()], beside: [/\bexport\b|\bmodule\.exports\b/, quoted] }]);
  if (files.length > MAX_FILES) return new Map();
  const kept = await reader.read(files, (module) => keptIn(module, asked));
  for (const { name, holder } of [...kept.values()].flat()) found.set(name, (found.get(name) ?? new Set<string>()).add(holder));
  return new Map([...found].map(([name, holders]) => [name, [...holders].sort()]));
}

function keptIn(module: Module, asked: ReadonlyMap<string, string>): { name: string; holder: string }[] {
  return module.nodes('Literal', 'TemplateLiteral').flatMap((literal) => {
    const text = literalString(literal)?.replace(/\s+as\s+\w+$/i, '');
    const name = asked.get(text ?? '') ?? asked.get(text?.split('.').at(-1) ?? '');
    const holder = name === undefined ? null : holderOf(literal, module);
    return name === undefined || holder === null ? [] : [{ name, holder }];
  });
}

const INSIDE = new Set([
  'ObjectExpression',
  'ArrayExpression',
  'Property',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'CallExpression',
  'TSEnumBody',
]);

/** What other files import to get at the text: the constant, the enum, the class; only data leads up to it. */
function holderOf(literal: Node, module: Module): string | null {
  for (let up = module.parent(literal); up !== null; up = module.parent(up)) {
    if (up.type === 'VariableDeclarator') return up.id.type === 'Identifier' && module.topLevel(up.id.name) !== null ? up.id.name : null;
    if (up.type === 'TSEnumDeclaration') return up.id.name;
    if (up.type === 'PropertyDefinition') return up.static ? keyName(up) : null;
    if (up.type === 'CallExpression' && !isFreezing(up)) return null;
    if (up.type !== 'TSEnumMember' && !INSIDE.has(up.type)) return null;
  }
  return null;
}

/** `Object.freeze({ … })`. */
const isFreezing = ({ callee }: Extract<Node, { type: 'CallExpression' }>): boolean =>
  callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Object';
