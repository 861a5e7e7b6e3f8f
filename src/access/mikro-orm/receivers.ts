/** Repositories, entities and queries of MikroORM. */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { ModelQuery } from '../orm/layer.ts';
import * as shared from '../orm/repositories.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import type { Source } from '../values.ts';
import { METHODS, type Method } from './catalogue.ts';
import { PACKAGES } from './mapping.ts';

export const LAYER = 'mikro-orm';

const form: shared.RepositoryForm = { layer: LAYER, packages: PACKAGES, classes: /^(?:Sql|Base)?EntityRepository$/ };

export const repositoryOf = (source: Source, context: AccessContext): MappedModel | null => shared.repositoryOf(source, { form, context });
export const entityOf = (source: Source, context: AccessContext): MappedModel | null => shared.entityOf(source, { form, context });

export type Query = ModelQuery<Method>;

/** The query a call is: of a repository, or of a manager that is given the entity. */
export function queryOf(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext): Query | null {
  const callee = unwrapAwait(node.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  const method = name === null ? undefined : METHODS.get(name);
  if (callee.type !== 'MemberExpression' || !method || name === null) return null;
  const args = node.arguments.flatMap((a) => (a.type === 'SpreadElement' ? [] : [{ node: a as Node, module }]));
  const repository = repositoryOf({ node: callee.object, module }, context);
  const query = { method, name, confidence: 'high' as const };
  if (repository) return name === 'assign' ? null : { ...query, model: repository, args };
  const [first, ...rest] = args;
  const model = first ? entityOf(first, context) : null;
  return model && { ...query, model, args: rest };
}
