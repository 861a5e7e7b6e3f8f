/** Every provider against a stub that answers as documented, and against one that fails in every way there is. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PullError } from '../../../src/flags/pull/error.ts';
import { limits } from '../../../src/flags/pull/http.ts';
import type { Snapshot } from '../../../src/flags/pull/snapshot.ts';
import { loadSources } from '../../../src/flags/sources.ts';
import { type Pulled, pull } from '../../../src/pull.ts';
import { git, removeTemporaryFolders, temporaryFolder, write } from '../../repository.ts';
import { type Answer, closeServers, type Handler, serve, testClock } from './server.ts';
import { accessToken, type Stub, stubs, token } from './stubs.ts';

afterEach(closeServers);
afterAll(removeTemporaryFolders);

const file = '.dropgate/flags.json';

/** One for all: each test writes the snapshot it starts from, or has none. */
let repository = '';
beforeAll(() => {
  repository = temporaryFolder();
  git(repository, 'init', '--quiet');
});
afterEach(() => rmSync(join(repository, file), { force: true }));

/** The provider as it should be. */
const answering =
  ({ isAllowed, answer }: Stub): Handler =>
  (request, _, body) => {
    const url = new URL(request.url ?? '', 'http://stub');
    if (!isAllowed(request, url)) return json({ message: 'who are you?' }, 401);
    const value = answer(url, request.method ?? '', body);
    if (value === null) return json({ message: `no such path: ${url.pathname}` }, 404);
    const { link, ...rest } = value as { link?: string };
    return typeof link === 'string' ? json(rest, 200, { link }) : json(value);
  };

const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify(value),
});

async function pullFrom(stub: Stub, handler: Handler, within: Partial<typeof limits> = {}): Promise<Pulled> {
  const server = await serve(handler);
  const said = { cwd: repository, provider: stub.provider, variables: stub.variables, host: server.url, ...stub.options };
  return pull({ ...said, clock: testClock(), limits: { ...limits, ...within } });
}

const linesOf = (snapshot: Snapshot): readonly string[] =>
  snapshot.flags.flatMap((flag) =>
    flag.environments.map((e) => `${flag.key} ${e.environment} ${e.serves} ${e.since?.slice(0, 10)} ${e.sinceFrom}`),
  );

/** Every way in which the token could stand in a text. */
const traces = [
  token,
  accessToken,
  encodeURIComponent(token),
  ...[0, 1, 2].map((before) =>
    Buffer.from(`${'x'.repeat(before)}${token}`)
      .toString('base64')
      .slice(4, 28),
  ),
];

test('every provider with an API has a stub', async () => {
  const ids = (await loadSources()).filter(({ api }) => api !== null).map(({ id }) => id);
  expect(stubs.map(({ provider }) => provider).sort()).toEqual(ids);
});

describe.each(stubs.map((stub) => [stub.provider, stub] as const))('%s', (_, stub) => {
  test('all pages are asked for, and the snapshot says what they say', async () => {
    const { snapshot, outcome } = await pullFrom(stub, answering(stub));
    expect([...linesOf(snapshot)].sort()).toEqual([...stub.expected].sort());
    expect([outcome, snapshot.complete]).toEqual(['written', stub.provider !== 'go-feature-flag']);
    const text = readFileSync(join(repository, file), 'utf8');
    for (const secret of [...traces, ...(stub.people ?? [])]) expect(text).not.toContain(secret);
  });

  const secret = stub.secret ?? token;
  const faults: readonly (readonly [string, Answer, RegExp])[] = [
    ['401', json({ message: `no: ${secret}` }, 401), /answered 401/],
    ['403', json({ error: Buffer.from(`me:${secret}`).toString('base64') }, 403), /answered 403/],
    ['404', json({}, 404), /answered 404/],
    ['429', json({}, 429, { 'retry-after': '2' }), /answered 429/],
    ['500', { status: 500, headers: {}, body: `<h1>${secret}</h1>` }, /answered 500/],
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: `<html>${secret}</html>` }, /HTML instead of JSON/],
    ['a truncated body', { status: 200, headers: {}, body: '{"items":[{"key":' }, /breaks off/],
    ['nothing', { status: 200, headers: {}, body: '' }, /with nothing/],
    [
      'a redirect to another host',
      { status: 302, headers: { location: 'https://evil.example/' }, body: '' },
      /redirected to another host, https:\/\/evil\.example/,
    ],
    ['too much', { status: 200, headers: {}, body: Buffer.alloc(3 * 1024 * 1024, ' ') }, /more than 2 MB/],
  ];

  /** The failure, and the snapshot after it. */
  async function failing(handler: Handler): Promise<PullError> {
    const before = `{\n  "version": 1, "snapshots": []\n}`;
    write(repository, { [file]: before });
    const error = await pullFrom(stub, handler, { bytes: 2 * 1024 * 1024 }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(readFileSync(join(repository, file), 'utf8')).toBe(before);
    if (!(error instanceof PullError)) throw error ?? new Error('It did not fail.');
    for (const text of [error.message, error.hint, error.stack ?? '', error.path ?? '', String(error.cause)]) {
      for (const trace of traces) expect(text).not.toContain(trace);
    }
    return error;
  }

  test.each(faults)('%s: the snapshot stays as it was, the error says who and what', async (_, answer, message) => {
    const error = await failing(() => answer);
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(error.provider)).toBe(true);
    expect(error.status).toBe(answer.status);
  });
  test('500 on the last request only: nothing of the others is kept', async () => {
    const good = answering(stub);
    let requests = 0;
    await pullFrom(stub, (...args) => {
      requests += 1;
      return good(...args);
    });
    let asked = 0;
    const error = await failing((...args) => (++asked >= requests ? json({}, 500) : good(...args)));
    expect(error.status).toBe(500);
  });
  test('all requests from some point on: one error, and none that nobody waits for', async () => {
    const good = answering(stub);
    for (const last of [1, 2, 3, 4]) {
      let asked = 0;
      const [error] = await Promise.allSettled([pullFrom(stub, (...args) => (++asked > last ? json({}, 403) : good(...args)))]);
      // Some have said everything by then.
      if (error.status === 'rejected') expect(error.reason).toMatchObject({ status: 403 });
    }
  });
  test('an empty object is no empty list', async () => {
    expect((await failing(() => json({}))).status ?? 200).toBe(200);
  });
});
