/**
 * How a provider's API is asked for the state of all flags. Data and one function per provider; transport, limits,
 * retries and secrets are `http.ts`'s matter.
 * Invariants: tokens come from the environment and go to the provider's own host only; `pull` gives a document that the
 * same source's `read` understands.
 */

export interface Api {
  /** Base URL without a trailing slash, where no setting says another. */
  readonly host: string;
  /** Environment variables that hold the token, the first that is set wins; empty: no token. */
  readonly tokens: readonly string[];
  /** What has to be known besides the token: `project`, `environment`. */
  readonly settings: readonly Setting[];
  /** Asks for everything `read` needs. Throws what `Ask` throws. */
  pull(ask: Ask, given: Given): Promise<unknown>;
}

export interface Setting {
  /** Also the option of `flags pull`: `--project`. */
  readonly name: 'project' | 'environment' | 'workspace' | 'organisation';
  readonly isRequired: boolean;
  /** What it is, for help texts. */
  readonly help: string;
}

export interface Given {
  readonly token: string;
  readonly settings: ReadonlyMap<Setting['name'], string>;
  readonly now: Date;
}

/** One request to the provider's host. Gives the parsed JSON body, or throws a PullError that names provider, path and status. */
export type Ask = (request: Request) => Promise<unknown>;

export interface Request {
  /** Below the host, with its leading slash; query parameters go into `query`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Default GET. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Another host of the same provider (`auth.devcycle.com`), declared here so that a token can go nowhere else. */
  readonly host?: string;
}
