/**
 * Where SQL stands in a file: texts that begin like a statement, and fragments under an SQL tag that are put into one.
 * Input: a module. Output: the whole expressions they are part of. Prose that begins like a statement is told from SQL by
 * where it goes and how it is written.
 */
import { isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { assignedTexts, variantsOf } from './pieces.ts';
import { usesOf } from './target.ts';

export type Template = Extract<Node, { type: 'TemplateLiteral' }>;

const QUERY =
  '(?:with(?:\\s+recursive)?\\s+["\\w]+|select\\b|(?:insert|replace)\\s+(?:(?:ignore|low_priority|high_priority|delayed)\\s+)*into\\b|update\\s|delete\\s+from\\b|merge\\s+into\\b|truncate\\b)';
const COMMENTS = '(?:--[^\\n]*\\n\\s*|/\\*[\\s\\S]*?\\*/\\s*)*';
/** What a query can be put behind: transactions, settings, plans, cursors, statements that keep it. */
const BEFORE_QUERY =
  "(?:(?:begin|start\\s+transaction|set\\s+(?:local\\s+|session\\s+)?\\w+\\s*(?:=|to\\b)?)[^;'\"]{0,80}(?:'[^']*')?\\s*;\\s*)*(?:explain\\b(?:\\s*\\([^)]*\\)|\\s+(?:analyze|verbose))*\\s+|declare\\s+\\w+\\s[\\w\\s]{0,60}?\\bfor\\s+|prepare\\s+\\w+\\s*(?:\\([^)]*\\)\\s*)?as\\s+|create\\s+(?:(?:global|local|temp|temporary|unlogged)\\s+)*table\\s+(?:if\\s+not\\s+exists\\s+)?[\\w.\"]+\\s+as\\s+)?";
const COPY = 'copy\\s+(?:\\(\\s*(?:select|with)\\b|["\\w.]+\\s*(?:\\([^)]*\\))?\\s*(?:from|to)\\s+(?:stdin|stdout|program|\'))';
const VERB = new RegExp(`^[\\s(]*${COMMENTS}(?:${BEFORE_QUERY}[\\s(]*${QUERY}|${COPY})`, 'i');
/** What follows a first part that is kept elsewhere. */
const GOES_ON = /\b(?:from|where|set|values)\b/i;
const SQL_TAG = /(?:^|\.)(?:\w*sql|raw|fragment|\$(?:query|execute)Raw)$/i;
const QUERY_CALL =
  /query|raw|unsafe|execute|exec|prepare|statement|sql|^(?:one|oneOrNone|any|many|manyOrNone|none|run|all|get|each|literal|fragment)$/i;
const TEXT_KEY = /^(?:text|sql|query|statement|values)$/i;

/** Whether text begins like a statement. */
export const isStatement = (text: string): boolean => VERB.test(text);

/** Outermost expressions whose text begins like a statement. */
export function statementsIn(module: Module, modules: Modules): Node[] {
  const roots = new Set<Node>();
  for (const node of [...module.nodes('Literal'), ...module.nodes('TemplateLiteral')]) {
    const text = writtenIn(node);
    if (text === null || text.length <= 8) continue;
    const begins = isStatement(text);
    if (!begins && !GOES_ON.test(text)) continue;
    const root = outermost(node, module);
    const isWhole = root !== node || (node.type === 'TemplateLiteral' && writtenBefore(node) === '');
    if (begins && (root === node || root.type === 'BinaryExpression' || root.type === 'CallExpression')) roots.add(root);
    else if (isWhole && beginsElsewhere(root, module, modules)) roots.add(root);
    else if (begins) roots.add(node);
  }
  return [...roots];
}

/** Templates under an SQL tag that are parts of statements; where they end may not be known. */
export const fragmentsIn = (module: Module): Template[] =>
  module
    .nodes('TaggedTemplateExpression')
    .flatMap(({ tag, quasi }) => (SQL_TAG.test(textOf(tag, module)) && !isStatement(writtenIn(quasi) ?? '') ? [quasi] : []));

function writtenIn(node: Node): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  return node.type === 'TemplateLiteral' ? node.quasis.map((q) => q.value.raw).join(' ') : null;
}

const writtenBefore = (node: Template): string | undefined => (node.expressions.length > 0 ? node.quasis[0]?.value.raw.trim() : undefined);
const textOf = (node: Node, module: Module): string => module.text.slice(node.start, Math.min(node.end, node.start + 200));

/** Whether the text of an expression that begins with a name begins like a statement. */
function beginsElsewhere(root: Node, module: Module, modules: Modules): boolean {
  return variantsOf({ node: root, module }, modules).some((pieces) => isStatement(pieces.map((p) => p.text ?? ' ').join('')));
}

/** The whole concatenation, list of parts that is joined, or variable that grows, a string is part of. */
function outermost(node: Node, module: Module): Node {
  const parent = module.parent(node);
  if (!parent) return node;
  if (parent.type === 'BinaryExpression' && parent.operator === '+') return outermost(parent, module);
  const appended = appendedTo(parent, module);
  if (appended) return outermost(appended, module);
  const grown = grownVariable(node, module);
  if (grown) return grown;
  const list =
    parent.type === 'ArrayExpression' ? parent : parent.type === 'CallExpression' && isAddition(parent) ? parent.callee.object : null;
  return (list ? joinedWhere(list, module) : null) ?? node;
}

type Addition = Extract<Node, { type: 'CallExpression' }> & { readonly callee: Extract<Node, { type: 'MemberExpression' }> };

const isAddition = (call: Extract<Node, { type: 'CallExpression' }>): call is Addition =>
  call.callee.type === 'MemberExpression' && /^(?:push|unshift)$/.test(keyName(call.callee) ?? '');

/** The call that adds to a text: SQL`…`.append(x), 'SELECT …'.concat(x). */
function appendedTo(parent: Node, module: Module): Node | null {
  const member = parent.type === 'TaggedTemplateExpression' ? module.parent(parent) : parent.type === 'MemberExpression' ? parent : null;
  if (member?.type !== 'MemberExpression' || !/^(?:append|concat)$/.test(keyName(member) ?? '')) return null;
  const call = module.parent(member);
  return call?.type === 'CallExpression' && call.callee === member ? call : null;
}

/** The name of the variable that holds this text and that more is added to. */
function grownVariable(node: Node, module: Module): Node | null {
  let inner = node;
  let holder = module.parent(inner);
  while (
    holder &&
    (holder.type === 'TaggedTemplateExpression' || holder.type === 'ConditionalExpression' || holder.type === 'ParenthesizedExpression')
  ) {
    inner = holder;
    holder = module.parent(inner);
  }
  const name =
    holder?.type === 'VariableDeclarator' && holder.init === inner
      ? holder.id
      : holder?.type === 'AssignmentExpression' && holder.right === inner
        ? holder.left
        : null;
  const binding = name?.type === 'Identifier' ? module.binding(name) : null;
  if (binding?.kind !== 'variable') return null;
  return assignedTexts(binding, module).some((parts) => parts.length > 1) ? binding.node : null;
}

/** The call that joins a list: on the list itself, or on the variable that holds it. */
function joinedWhere(list: Node, module: Module): Node | null {
  const holder = module.parent(list);
  const name =
    list.type === 'Identifier' ? list : holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id : null;
  for (const place of name ? module.references(name) : [list]) {
    const member = module.parent(place);
    const call =
      member?.type === 'MemberExpression' && member.object === place && keyName(member) === 'join' ? module.parent(member) : null;
    if (call?.type === 'CallExpression' && call.callee === member) return call;
  }
  return null;
}

const KEYWORD =
  /\b(?:SELECT|FROM|WHERE|JOIN|INSERT|INTO|UPDATE|SET|DELETE|VALUES|ORDER BY|GROUP BY|LIMIT|RETURNING|AND|OR|ON|UNION|WITH|TRUNCATE)\b/g;

/** Whether text that does not parse is SQL all the same: it is sent as a query, or written like one. */
export function isSqlShaped(node: Node, module: Module, text: string): boolean {
  if (module.parent(node)?.type === 'JSXAttribute') return false;
  const keywords = new Set(text.match(KEYWORD));
  return keywords.size >= 2 || /(?:from|join|into|update)\s+"\w/i.test(text) || isSentAsQuery(node, module);
}

/** Whether text that parses is a sentence that happens to: `Delete from users`, on a button. */
export const isSentence = (node: Node, module: Module, text: string): boolean =>
  module.parent(node)?.type === 'JSXAttribute' || (/^\s*[A-Z][a-z]+\s/.test(text) && !isSqlShaped(node, module, text));

function isSentAsQuery(node: Node, module: Module): boolean {
  return [node, ...usesOf(node, module)].some((place) => {
    let inner = place;
    for (let at = module.parent(place); at && !isFunction(at); inner = at, at = module.parent(at)) {
      if (at.type === 'TaggedTemplateExpression') return SQL_TAG.test(textOf(at.tag, module));
      if (at.type === 'CallExpression' && at.callee !== inner) return QUERY_CALL.test(calledName(at.callee));
      if (at.type === 'Property' && TEXT_KEY.test(keyName(at) ?? '')) return true;
      if (at.type === 'VariableDeclarator' && at.id.type === 'Identifier' && /sql|query|stmt|statement/i.test(at.id.name)) return true;
    }
    return false;
  });
}

function calledName(start: Node): string {
  const callee = unwrapAwait(start);
  return callee.type === 'Identifier' ? callee.name : (keyName(callee) ?? '');
}
