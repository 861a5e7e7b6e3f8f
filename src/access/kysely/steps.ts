/** The methods of Kysely's query and expression builders. Data only; a method that is not here ends a chain. */
import { stepTable } from '../builder/rules.ts';

export const KYSELY_STEPS = stepTable(
  ['selectFrom', { roles: ['table'], kind: 'read', restarts: true }],
  ['insertInto replaceInto updateTable deleteFrom mergeInto', { roles: ['table'], kind: 'write', restarts: true }],
  ['from using', { roles: ['table'], kind: 'read' }],
  [
    'innerJoin leftJoin rightJoin fullJoin crossJoin innerJoinLateral leftJoinLateral crossJoinLateral',
    { roles: ['table', 'on'], kind: 'read' },
  ],
  ['with withRecursive', { roles: ['cte', 'other'], kind: 'read' }],
  ['select distinctOn returning', { roles: ['column'], kind: 'read', chooses: true }],
  ['selectAll returningAll', { roles: ['other'], kind: 'read', chooses: true, takesAll: true }],
  ['groupBy', { roles: ['column'], kind: 'read' }],
  ['orderBy', { roles: ['order', 'other'], kind: 'read' }],
  ['where having on when', { roles: ['condition', 'other', 'value'], kind: 'read' }],
  ['whereRef havingRef onRef whenRef', { roles: ['on'], kind: 'read' }],
  ['between betweenSymmetric', { roles: ['condition', 'other'], kind: 'read' }],
  ['and or', { roles: ['condition'], kind: 'read' }],
  ['count sum avg min max agg jsonAgg toJson coalesce cast refTuple case partitionBy filterWhereRef', { roles: ['column'], kind: 'read' }],
  ['filterWhere', { roles: ['condition', 'other', 'value'], kind: 'read' }],
  ['values', { roles: ['rows'], kind: 'write' }],
  ['set', { roles: ['set', 'value'], kind: 'write' }],
  ['onConflict', { roles: ['other'], kind: 'read' }],
  ['column columns', { roles: ['conflict'], kind: 'read' }],
  ['doUpdateSet onDuplicateKeyUpdate', { roles: ['merge'], kind: 'write' }],
  [
    'constraint doNothing expression defaultValues distinct ignore top limit offset fetch forUpdate forShare forKeyShare forNoKeyUpdate skipLocked noWait modifyFront modifyEnd as $if $call $castTo $narrowType $assertType $asTuple clearSelect clearWhere clearOrderBy clearGroupBy clearLimit clearOffset union unionAll intersect except withSchema withPlugin withoutPlugins execute executeTakeFirst executeTakeFirstOrThrow stream explain compile countAll exists not parens ref val lit fn over thenUpdateSet whenMatched whenNotMatched nullIf else end onTrue',
    { roles: ['other'], kind: 'read' },
  ],
);
