/**
 * Properties and columns in texts of queries: `listing.status = :s`, `"listing"."created_at"`, `listing`.
 * Input: a text with the aliases it can name. Output: accesses in the recorder.
 */
import type { Node } from '../../code/types.ts';
import type { MappedModel, SchemaAccess } from '../types.ts';
import type { Source } from '../values.ts';
import { addColumn, addField, addRelation, fieldsOf, type Visit } from './visit.ts';

type Kind = SchemaAccess['kind'];

const QUOTED = /'(?:[^']|'')*'/g;
const DOTTED = /(?<![\w.:])["`]?(\w+)["`]?\s*\.\s*["`]?(\w+(?:\.\w+)*)["`]?/g;
const WORD = /(?<![\w.:$"`])["`]?([A-Za-z_]\w*)["`]?(?!\s*[.(\w])/g;

/** Models an alias stands for at a place. */
export type AliasReader = (alias: string) => readonly MappedModel[];

/** Parts of a text: literals of SQL are left out. */
export const withoutLiterals = (text: string): string => text.replace(QUOTED, "''");

/** `alias.property` and `alias.column`, wherever they stand in the text. */
export function visitDotted(visit: Visit, text: string, modelsOf: AliasReader, at: Source): void {
  for (const [, alias = '', path = ''] of withoutLiterals(text).matchAll(DOTTED)) {
    for (const model of modelsOf(alias)) visitPath(visit, model, path, at);
  }
}

/** A property of an entity, a relation, or a column by its own name. */
export function visitPath(visit: Visit, model: MappedModel, path: string, at: Source, kind: Kind = 'read'): void {
  const field = model.fields.get(path);
  if (field) {
    addField(visit, model, field, kind, at);
    return;
  }
  const relation = model.relations.get(path);
  if (relation) {
    addRelation(visit, model, relation, kind, at);
    return;
  }
  const [first = ''] = path.split('.');
  if (fieldsOf(model).some((f) => f.column === first)) addColumn(visit, model, first, kind, at);
}

/** Columns without an alias: only names that the entity's own table has. */
export function visitBare(visit: Visit, text: string, model: MappedModel, at: Source): void {
  const columns = new Set(fieldsOf(model).map((f) => f.column));
  for (const [, word = ''] of withoutLiterals(text).matchAll(WORD)) if (columns.has(word)) addColumn(visit, model, word, 'read', at);
}

/** Texts under a node: string literals and the fixed parts of templates. */
export function textsUnder(node: Node, texts: readonly Node[]): readonly { readonly text: string; readonly node: Node }[] {
  return texts.flatMap((one): { readonly text: string; readonly node: Node }[] => {
    if (one.start < node.start || one.end > node.end) return [];
    if (one.type === 'Literal') return typeof one.value === 'string' ? [{ text: one.value, node: one }] : [];
    if (one.type !== 'TemplateLiteral') return [];
    return [{ text: one.quasis.map((quasi) => quasi.value.cooked ?? '').join(' '), node: one }];
  });
}
