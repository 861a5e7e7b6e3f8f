/** The methods of Supabase's and PostgREST's clients. Data only; a method that is not here ends a chain. */
import { stepTable } from '../builder/rules.ts';

export const SUPABASE_STEPS = stepTable(
  ['from', { roles: ['table'], kind: 'read', restarts: true }],
  ['select', { roles: ['other'], kind: 'read', chooses: true }],
  ['insert upsert', { roles: ['rows', 'other'], kind: 'write' }],
  ['update', { roles: ['set', 'other'], kind: 'write' }],
  ['delete', { roles: ['other'], kind: 'write' }],
  [
    'eq neq gt gte lt lte like ilike likeAllOf likeAnyOf ilikeAllOf ilikeAnyOf is isDistinct in notIn contains containedBy rangeGt rangeGte rangeLt rangeLte rangeAdjacent overlaps textSearch fts plfts phfts wfts regexMatch regexIMatch',
    { roles: ['condition', 'value'], kind: 'read' },
  ],
  ['not filter', { roles: ['condition', 'other', 'value'], kind: 'read' }],
  ['match', { roles: ['condition'], kind: 'read' }],
  ['or order', { roles: ['other'], kind: 'read' }],
  [
    'schema limit range single maybeSingle csv geojson explain rollback returns overrideTypes throwOnError abortSignal setHeader maxAffected',
    { roles: ['other'], kind: 'read' },
  ],
);
