/** The methods that Objection adds to Knex's query builder. Data only. */
import { type StepRule, stepTable, withPrefixes } from '../builder/rules.ts';
import { KNEX_STEPS } from '../knex/steps.ts';

const OWN = stepTable(
  ['query $query', { roles: ['other'], kind: 'read' }],
  ['alias', { roles: ['other'], kind: 'read' }],
  ['findOne', { roles: ['condition', 'value'], kind: 'read' }],
  ['findById findByIds whereComposite whereInComposite', { roles: ['other'], kind: 'read' }],
  ['deleteById', { roles: ['other'], kind: 'write', chooses: true }],
  ['patch update', { roles: ['set', 'value'], kind: 'write', chooses: true }],
  ['patchAndFetch updateAndFetch', { roles: ['set'], kind: 'write' }],
  ['patchAndFetchById updateAndFetchById', { roles: ['other', 'set'], kind: 'write' }],
  [
    'insertAndFetch insertGraph insertGraphAndFetch upsertGraph upsertGraphAndFetch insertWithRelated insertWithRelatedAndFetch',
    { roles: ['rows', 'other'], kind: 'write' },
  ],
  ['$relatedQuery relatedQuery', { roles: ['other'], kind: 'read' }],
  [
    'withGraphFetched withGraphJoined eager joinEager joinRelated innerJoinRelated leftJoinRelated leftOuterJoinRelated rightJoinRelated rightOuterJoinRelated fullOuterJoinRelated joinRelation leftJoinRelation innerJoinRelation',
    { roles: ['other'], kind: 'read' },
  ],
  [withPrefixes('whereColumn', 'whereNotColumn'), { roles: ['on'], kind: 'read' }],
  [
    'relate unrelate for page range resultSize throwIfNotFound context skipUndefined runBefore onBuild runAfter castTo returnError findOptions tableNameFor modifyGraph modifiers allowGraph allowInsert allowUpsert modifyEager graphExpressionObject mergeContext toFindQuery onError noUpdate noInsert noDelete',
    { roles: ['other'], kind: 'read' },
  ],
);

/** Knex's methods and Objection's own. */
export const OBJECTION_STEPS: ReadonlyMap<string, StepRule> = new Map([...KNEX_STEPS, ...OWN]);
