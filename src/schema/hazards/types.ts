/** What a kind of statement does to a table in use: a row of a dialect's hazard table. */
export interface Hazard {
  readonly id: string;
  /** In the database's own words: `ACCESS EXCLUSIVE`, `COPY, LOCK=SHARED`. */
  readonly lock: string;
  readonly rewrites: boolean;
  readonly scans: boolean;
  readonly blocks: 'reads and writes' | 'writes' | 'nothing';
  readonly why: string;
  readonly instead: string;
  /** Address of the manual's passage. */
  readonly source: string;
  /** It depends on something no file says: worth a note, not a warning. */
  readonly depends?: boolean;
  /** The lock is short: a fact, and no finding. */
  readonly isShort?: boolean;
  /** The statement fails where it stands. */
  readonly fails?: boolean;
}
