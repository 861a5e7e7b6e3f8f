/**
 * How a provider's API is asked for the state of all flags. Data and one function per provider; transport, limits,
 * retries and secrets are the matter of `../pull/`.
 * Invariants: tokens come from the environment and go to the provider's own host only; `pull` gives a document that the
 * same source's `read` understands.
 */

export interface Api {
  /** Base URL without a trailing slash; null: everyone runs their own, and has to say where. */
  readonly host: string | null;
  /** Environment variables that may say another base URL: `UNLEASH_URL`. */
  readonly hostVariables?: readonly string[];
  /** Environment variables that hold the token, the first that is set wins; empty: no token. */
  readonly tokens: readonly string[];
  /** What the token is for: the whole account, or one environment (then `<NAME>_<ENVIRONMENT>` wins); `optional`: some installations ask for none. */
  readonly tokenFor?: 'environment' | 'optional';
  /** Environment variables that hold the public name that goes with the token: an OAuth client's id. */
  readonly identities?: readonly string[];
  /** What has to be known besides the token. */
  readonly settings: readonly Setting[];
  /** Requests a second that the provider allows, where it says so. */
  readonly perSecond?: number;
  /** Asks for everything `read` needs: the parts of the document besides `source`, `pulledAt` and `project`. Throws what `Ask` throws. */
  pull(ask: Ask, given: Given): Promise<Readonly<Record<string, unknown>>>;
}

export interface Setting {
  /** Also the option of `flags pull`: `--project`. */
  readonly name: 'project' | 'environment';
  readonly isRequired: boolean;
  /** What it is here, for help texts: `key of the project`. */
  readonly help: string;
  /** Its value where none is given. */
  readonly fallback?: string;
}

export interface Given {
  /** Empty where the API asks for none. */
  readonly token: string;
  /** The token of each environment that was named, where each has its own. */
  readonly environmentTokens: ReadonlyMap<string, string>;
  /** Empty where the API has none. */
  readonly identity: string;
  /** Empty where it has no projects. */
  readonly project: string;
  /** The environments that were named; empty: all. */
  readonly environments: readonly string[];
}

/** One request to the provider's host. Gives the parsed JSON body, or throws a PullError that names provider, path and status. */
export type Ask = (request: Request) => Promise<unknown>;

export interface Request {
  /** Below the host, with its leading slash and its parts encoded; query parameters go into `query`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Default GET. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The member of the answer that has to be a list; empty: the answer itself. An answer without it is an error, never an empty list. */
  readonly list?: string;
  /** Sees the headers of the answer. */
  readonly onHeaders?: (headers: Headers) => void;
  /** Another host of the same provider (`https://auth.devcycle.com`), written in the code of its API so that a token can go nowhere else. */
  readonly host?: string;
}
