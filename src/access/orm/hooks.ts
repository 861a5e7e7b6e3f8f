/**
 * Columns that a model's own file fills before a row is stored: `model.urlId = …` in a hook, `this.slug = …`.
 * Input: a draft. Output: the draft with those fields marked; which hook it is, is not looked at.
 */
import { keyName } from '../../code/syntax.ts';
import type { ModelDraft } from '../types.ts';

const HOOKS = /before(?:Create|Save|Validate|Upsert|BulkCreate|Insert)/i;

export function withHooks(draft: ModelDraft): ModelDraft {
  const { module } = draft;
  if (!HOOKS.test(module.text)) return draft;
  const assigned = new Set(
    module.nodes('AssignmentExpression').flatMap(({ left }) => {
      const isOwner = left.type === 'MemberExpression' && (left.object.type === 'Identifier' || left.object.type === 'ThisExpression');
      return isOwner ? (keyName(left) ?? []) : [];
    }),
  );
  return { ...draft, fields: draft.fields.map((field) => (assigned.has(field.name) ? { ...field, isFilled: true } : field)) };
}
