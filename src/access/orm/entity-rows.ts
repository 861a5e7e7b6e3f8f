/**
 * What every ORM of entity classes knows of rows: values annotated with the class, `new User()`, `this` in its methods, relations.
 * Input: the layer and its context. Output: the parts of a RowReader that its queries are added to.
 */
import type { Row, RowReader } from '../rows.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import type { Source } from '../values.ts';
import { thisClass } from './members.ts';

/** A row known by its class. */
export const typedRow = (model: MappedModel): Row<MappedModel> => ({ model, list: false, selection: null, isTyped: true });

/** What rows of mapped models lead to, and what types leave of them. */
export const modelRows = (context: AccessContext): Pick<RowReader<MappedModel>, 'restrict' | 'related'> => ({
  restrict: (row, names, isKept) => {
    const fields = new Map([...row.model.fields].filter(([name]) => names.has(name) === isKept));
    return { ...row, model: { ...row.model, fields } };
  },
  related: (row, key) => {
    const relation = row.model.relations.get(key);
    const model = relation ? context.models.byKey(relation.target) : undefined;
    return relation && model ? { model, list: relation.list, selection: null, isTyped: row.isTyped } : null;
  },
});

/** The reader without its queries. */
export function entityRows(layer: string, context: AccessContext): Omit<RowReader<MappedModel>, 'ofCall'> {
  const ofClass = (source: Source): Row<MappedModel> | null => {
    const model = context.models.of(source, context.modules);
    return model?.layer === layer ? typedRow(model) : null;
  };
  return {
    ofThis: (node, module) => {
      const owner = thisClass(node, module);
      const model = owner ? context.models.byKey(`${module.path}\0${owner.start}`) : undefined;
      return model?.layer === layer ? typedRow(model) : null;
    },
    ofNew: (node, module) => ofClass({ node: node.callee, module }),
    ofTypeName: (name, module) => ofClass({ node: name, module }),
    ...modelRows(context),
  };
}
