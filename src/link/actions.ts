/** Locks, scans and rewrites of the added migrations, each with its row of the dialect's hazard table. */
import type { DatabaseHistory } from '../extract/history.ts';
import type { Dialect } from '../migrations/types.ts';
import { MYSQL_HAZARDS } from '../schema/hazards/mysql.ts';
import { POSTGRES_HAZARDS } from '../schema/hazards/postgres.ts';
import type { Hazard } from '../schema/hazards/types.ts';
import type { Action } from '../schema/types.ts';

/** What a statement of the change makes a database do to a table, and what that kind of statement does. */
export interface LinkedAction {
  readonly database: string;
  readonly dialect: Dialect;
  readonly action: Action;
  readonly hazard: Hazard;
}

const HAZARDS: ReadonlyMap<Dialect, ReadonlyMap<string, Hazard>> = new Map<Dialect, ReadonlyMap<string, Hazard>>([
  ['postgres', POSTGRES_HAZARDS],
  ['mysql', MYSQL_HAZARDS],
]);

/** An action without a row is none. */
export const linkActions = (histories: readonly DatabaseHistory[]): LinkedAction[] =>
  histories.flatMap(({ id, dialect, actions }) =>
    actions.flatMap((action) => {
      const hazard = HAZARDS.get(dialect)?.get(action.hazard);
      return hazard ? [{ database: id, dialect, action, hazard }] : [];
    }),
  );
