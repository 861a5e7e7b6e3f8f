/**
 * Clues of models that code declares: files that name one of their properties, or that query them.
 * Input: a table, its column, the models of its database. Output: clues.
 */
import type { Clue, MappedModel } from '../../access/types.ts';
import type { Mapped } from '../interest.ts';
import { anyOf, bare, camel } from '../spelling.ts';

/** What a call of some ORM or query builder looks like. */
export const QUERY =
  /\.\s*(?:find\w*|get(?:Many|One|Raw\w*)?|select\w*|from|into|insert\w*|update\w*|upsert|save|create\w*|build|bulkCreate|delete\w*|remove|destroy|query|count|populate|persist\w*|where|include|scope|returning|values|set|(?:left|inner)Join\w*|withGraph\w*|joinRelated|relatedQuery)\s*[(<]/;

/** Whether a file calls what can be a query builder. */
export const mayBuildQueries = (text: string): boolean => QUERY.test(text);

const modelsOf = (table: string, { models }: Mapped): readonly MappedModel[] => models.filter((m) => m.table === table);

const relationsTo = (model: MappedModel, { models }: Mapped): readonly string[] =>
  models.flatMap((m) => [...m.relations.values()].filter((r) => r.target === model.key).map((r) => r.name));

/** Files that query a model of the table, by its name or through a relation. */
export function modelTableClues(table: string, mapped: Mapped): Clue[] {
  const through = mapped.models.flatMap((m) =>
    [...m.relations.values()].filter((r) => r.columns.some((c) => c.table === table)).map((r) => r.name),
  );
  return [
    ...modelsOf(table, mapped).flatMap((model) => queryClues(model, mapped)),
    ...(through.length > 0 ? [{ words: through, beside: [QUERY] }] : []),
  ];
}

const queryClues = (model: MappedModel, mapped: Mapped): Clue[] => [
  { words: [model.name, ...relationsTo(model, mapped)], beside: [QUERY] },
];

/** Files that name a property of the column beside its model; unless it is new, also those that query the model at all. */
export function modelColumnClues(table: string, column: string, mapped: Mapped, isNew: boolean): Clue[] {
  return modelsOf(table, mapped).flatMap((model) => {
    const fields = [...model.fields.values()].filter((f) => f.column === column);
    const own = model.isOpen ? [column, camel(column)] : fields.map((f) => f.name);
    const names = [...own, ...relationsOver(table, column, mapped)];
    const owner = new RegExp(`${anyOf([model.name, bare(table), ...relationsTo(model, mapped)])}`, 'i');
    const isSent = !isNew && (model.isOpen || fields.some((f) => f.isSelected || f.isInserted));
    return [...(names.length > 0 ? [{ words: names, beside: [owner] }] : []), ...(isSent ? queryClues(model, mapped) : [])];
  });
}

/** Relations whose keys include the column. */
const relationsOver = (table: string, column: string, { models }: Mapped): readonly string[] =>
  models.flatMap((m) =>
    [...m.relations.values()].filter((r) => r.columns.some((c) => c.table === table && c.column === column)).map((r) => r.name),
  );
