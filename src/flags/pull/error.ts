/** What went wrong between Dropgate and a provider. Invariant: holds no secret, and no cause that could. */
import { UsageError } from '../../parse/errors.ts';

export interface Failure {
  /** `Unleash`. */
  readonly provider: string;
  /** What was asked, without its query; null where nothing was. */
  readonly path: string | null;
  /** HTTP status; null where none came. */
  readonly status: number | null;
  readonly message: string;
  readonly hint: string;
}

export class PullError extends UsageError {
  readonly provider: string;
  readonly path: string | null;
  readonly status: number | null;

  constructor({ provider, path, status, message, hint }: Failure) {
    super(message, hint);
    this.provider = provider;
    this.path = path;
    this.status = status;
  }
}
