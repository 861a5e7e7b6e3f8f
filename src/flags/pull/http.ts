/**
 * Asks a provider over HTTP. Input: requests. Output: parsed JSON, or a PullError.
 * Invariants: HTTPS, or this machine; nothing is sent to a host that is not the provider's; every request and the whole
 * pull end in time; bodies end at their limit; no secret in any error.
 */
import { setTimeout as after } from 'node:timers/promises';
import { reasonOf } from '../../parse/errors.ts';
import type { Ask, Request } from '../state/api.ts';
import { objectOf } from '../state/shape.ts';
import { parseBody, readBody, sentenceIn } from './body.ts';
import { PullError } from './error.ts';
import { gateOf } from './gate.ts';
import { hintFor } from './hints.ts';
import type { Secrets } from './secrets.ts';
import { urlFor } from './url.ts';
import { askedWait, backoff } from './waiting.ts';

/** Time and chance, so that tests need neither. */
export interface Clock {
  now(): number;
  /** Ends early, without an error, when the signal says so. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => after(milliseconds, undefined, { signal }).catch(() => undefined),
  random: Math.random,
};

export interface Limits {
  readonly requestMs: number;
  readonly totalMs: number;
  readonly tries: number;
  readonly bytes: number;
  readonly redirects: number;
  readonly atOnce: number;
}

export const limits: Limits = { requestMs: 30_000, totalMs: 300_000, tries: 4, bytes: 32 * 1024 * 1024, redirects: 3, atOnce: 4 };

export interface Target {
  /** `Unleash`. */
  readonly provider: string;
  /** Base URL. */
  readonly host: string;
  /** Whether `host` takes the place of every host the API names. */
  readonly isGiven: boolean;
  /** The variable the token came from; null where none is sent. */
  readonly variable: string | null;
  readonly perSecond?: number | undefined;
}

export interface Asking {
  readonly ask: Ask;
  /** Ends what is under way: nothing is asked any more. */
  close(): void;
}

interface Context {
  readonly target: Target;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly closing: AbortSignal;
  /** When the whole pull has to be over. */
  readonly deadline: () => number;
}

/** Makes `Ask` for one pull. */
export function asking(target: Target, secrets: Secrets, clock: Clock = realClock, within: Limits = limits): Asking {
  const closing = new AbortController();
  const gate = gateOf(within.atOnce, target.perSecond ?? null, clock, closing.signal);
  const started = clock.now();
  // Waiting for one's turn is the provider's rule, not its slowness: it does not count.
  const context: Context = {
    target,
    secrets,
    clock,
    limits: within,
    closing: closing.signal,
    deadline: () => started + within.totalMs + gate.waited(),
  };
  const ask: Ask = (request) => gate.pass(() => answerTo(request, context));
  return { ask, close: () => closing.abort() };
}

type Outcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'again'; readonly error: PullError; readonly wait: number | null };

async function answerTo(request: Request, context: Context): Promise<unknown> {
  const { clock, limits: within } = context;
  for (const name of Object.keys(request.headers ?? {})) {
    if (/authorization|key|token/i.test(name))
      context.secrets.add((request.headers?.[name] ?? '').replace(/^(?:Bearer|Basic|Api-Key) /, ''));
  }
  const url = urlFor(request, context.target);
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOf(url, request, context);
    if (outcome.kind === 'answer') return outcome.value;
    const wait = Math.max(outcome.wait ?? 0, backoff(attempt, clock.random()));
    if (attempt >= within.tries || context.closing.aborted) throw outcome.error;
    if (clock.now() + wait > context.deadline()) throw withLateness(outcome.error, wait);
    await clock.sleep(wait, context.closing);
  }
}

/** One try, through redirects within the host. */
async function attemptOf(start: URL, request: Request, context: Context): Promise<Outcome> {
  const { clock, limits: within } = context;
  const left = context.deadline() - clock.now();
  if (left <= 0) throw failure(context, start, null, `did not finish within ${seconds(within.totalMs)}`);
  const timeout = AbortSignal.timeout(Math.min(within.requestMs, left));
  const signal = AbortSignal.any([context.closing, timeout]);
  let url = start;
  try {
    for (let hop = 0; ; hop++) {
      const response = await fetch(url, initOf(request, signal));
      if (response.status < 300 || response.status >= 400 || response.status === 304)
        return await outcomeOf(response, url, request, context);
      const next = redirectOf(response, url, request, context);
      await response.body?.cancel();
      if (hop >= within.redirects) throw failure(context, start, response.status, `redirected more than ${within.redirects} times`);
      url = next;
    }
  } catch (error) {
    if (error instanceof PullError) throw error;
    const said = timeout.aborted
      ? `did not answer within ${seconds(Math.min(within.requestMs, left))}`
      : `could not be reached: ${causeOf(error)}`;
    return { kind: 'again', error: failure(context, url, null, said), wait: null };
  }
}

function initOf({ method = 'GET', headers, body }: Request, signal: AbortSignal): RequestInit {
  return {
    method,
    headers: {
      accept: 'application/json',
      'user-agent': 'dropgate',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
    redirect: 'manual',
    signal,
  };
}

/** Where the redirect leads: the same host only, for the token goes along. */
function redirectOf(response: Response, url: URL, { method = 'GET' }: Request, context: Context): URL {
  const location = response.headers.get('location') ?? '';
  const next = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
  if (next === null || location === '') throw failure(context, url, response.status, 'redirected to no address');
  if (next.origin !== url.origin || next.username !== '' || next.password !== '') {
    throw failure(context, url, response.status, `redirected to another host, ${next.origin}, to which the token is not sent`, 'redirect');
  }
  if (method !== 'GET' && response.status < 307)
    throw failure(context, url, response.status, 'redirected a request that may not be changed');
  return next;
}

async function outcomeOf(response: Response, url: URL, request: Request, context: Context): Promise<Outcome> {
  const { status } = response;
  if (status >= 200 && status < 300 && status !== 204) {
    const body = await readBody(response, context.limits.bytes);
    const parsed = body.ok ? parseBody(context.secrets.hideLong(body.text), response.headers.get('content-type')) : body;
    const problem = parsed.ok ? lackOf(parsed.value, request.list) : parsed.problem;
    if (problem !== null) throw failure(context, url, status, `answered ${problem}`, 'body');
    request.onHeaders?.(response.headers);
    if (parsed.ok) return { kind: 'answer', value: parsed.value };
  }
  const body = await readBody(response, 64 * 1024);
  const said = body.ok ? sentenceIn(context.secrets.hide(body.text)) : null;
  const error = failure(context, url, status, `answered ${status}${said === null ? '' : ` (${said})`}`);
  if (status !== 408 && status !== 429 && status < 500) throw error;
  return { kind: 'again', error, wait: askedWait(response.headers, context.clock.now()) };
}

function lackOf(value: unknown, list: string | undefined): string | null {
  if (list === undefined || Array.isArray(list === '' ? value : objectOf(value)?.[list])) return null;
  return list === '' ? 'with something that is not a list' : `without a list \`${list}\``;
}

function failure(context: Context, url: URL, status: number | null, what: string, kind: 'redirect' | 'body' | null = null): PullError {
  const { secrets, target } = context;
  const path = secrets.hide(url.pathname);
  return new PullError({
    provider: target.provider,
    path,
    status,
    message: secrets.hide(`${target.provider} ${what}, asked for ${url.host}${path}.`),
    hint: secrets.hide(hintFor(status, kind, target)),
  });
}

function withLateness({ provider, path, status, message, hint }: PullError, wait: number): PullError {
  return new PullError({ provider, path, status, message, hint: `${hint} It asks to wait ${seconds(wait)}, longer than a pull may take.` });
}

const seconds = (milliseconds: number): string => `${Math.ceil(milliseconds / 1000)} s`;

/** Why a connection failed, without the error itself: it may hold the address with its query. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return reasons.get(code) ?? code;
  return reasonOf(error) === 'terminated' ? 'the connection broke off' : 'the request failed';
}

const reasons = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection broke off'],
  ['UND_ERR_SOCKET', 'the connection broke off'],
  ['ENOTFOUND', 'its host name is not known'],
  ['EAI_AGAIN', 'its host name could not be looked up'],
]);
