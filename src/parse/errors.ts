/**
 * The one error users cause: a bad option, config, ref or file. The command line prints it and exits 2.
 * `message` says what happened and where, `hint` what to do next, as a command where there is one.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;

  constructor(message: string, hint = '') {
    super(message);
    this.hint = hint;
  }
}

/** The message of whatever was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
