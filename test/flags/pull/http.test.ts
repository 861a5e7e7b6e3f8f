/** The transport against a server on this machine that does everything a server can do wrong. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { PullError } from '../../../src/flags/pull/error.ts';
import { asking, type Limits, limits } from '../../../src/flags/pull/http.ts';
import { secretsOf } from '../../../src/flags/pull/secrets.ts';
import { closeServers, type Handler, serve, testClock } from './server.ts';

const token = 'tok+RECOGNISABLE/42=';
afterEach(closeServers);

const json = (value: unknown, status = 200, headers: Record<string, string> = {}) => ({ status, headers, body: JSON.stringify(value) });

interface Tried {
  readonly value?: unknown;
  readonly error?: PullError;
  readonly waits: readonly number[];
  readonly asked: readonly IncomingMessage[];
}

/** One request to a server that answers so, with the token in a header. */
async function ask(handler: Handler, within: Partial<Limits> = {}, path = '/api/flags'): Promise<Tried> {
  const server = await serve(handler);
  const clock = testClock();
  const target = { provider: 'Unleash', host: server.url, isGiven: true, variable: 'UNLEASH_API_TOKEN' };
  const { ask, close } = asking(target, secretsOf([token]), clock, { ...limits, ...within });
  const seen = { waits: clock.waits, asked: server.asked };
  try {
    return { ...seen, value: await ask({ path, query: { page: 1 }, headers: { authorization: `Bearer ${token}` } }) };
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    expect(error.cause).toBeUndefined();
    for (const text of [error.message, error.hint, error.stack, error.path, JSON.stringify(error)])
      expect(text).not.toMatch(/RECOGNISABLE|UkVDT0dOSVNBQkxF/);
    return { ...seen, error };
  } finally {
    close();
  }
}

const onlyOnce = { tries: 1 };

test('the answer, asked for with the token', async () => {
  const { value, asked } = await ask(() => json({ ok: true }));
  expect(value).toEqual({ ok: true });
  expect(asked.map((r) => [r.method, r.url, r.headers.authorization])).toEqual([['GET', '/api/flags?page=1', `Bearer ${token}`]]);
});

describe('refusals are final, and say what to check', () => {
  test.each([
    [401, /the token in UNLEASH_API_TOKEN was refused/i],
    [403, /the token in UNLEASH_API_TOKEN may not read this/i],
    [404, /--project and --environment/],
    [400, /Check the options/],
  ])('%i', async (status, hint) => {
    const { error, asked } = await ask(() => json({ message: 'no   way.' }, status));
    expect(error).toMatchObject({ provider: 'Unleash', path: '/api/flags', status });
    expect(error?.message).toMatch(new RegExp(`^Unleash answered ${status} \\(no way\\), asked for 127\\.0\\.0\\.1:\\d+/api/flags\\.$`));
    expect(error?.hint).toMatch(hint);
    expect(asked).toHaveLength(1);
  });
});

describe('passing faults are tried again', () => {
  test('500, then an answer', async () => {
    let calls = 0;
    const { value, waits } = await ask(() => (++calls < 3 ? json({}, 500) : json({ calls })));
    expect(value).toEqual({ calls: 3 });
    expect(waits).toEqual([375, 750]);
  });
  test('500 for good', async () => {
    const { error, asked } = await ask(() => json({}, 500));
    expect(error).toMatchObject({ status: 500 });
    expect(asked).toHaveLength(4);
  });
  test('429 with Retry-After waits as long as it says', async () => {
    let calls = 0;
    const { value, waits } = await ask(() => (++calls < 2 ? json({}, 429, { 'retry-after': '7' }) : json({ calls })));
    expect([value, waits]).toEqual([{ calls: 2 }, [7000]]);
  });
  test.each([
    ['x-ratelimit-reset', (now: number) => String(now + 9000), 9000],
    ['ratelimit-reset', () => '3', 3000],
    ['retry-after', (now: number) => new Date(now + 8000).toUTCString(), 8000],
  ])('429 with %s', async (name, value, wait) => {
    let calls = 0;
    const { waits } = await ask(() => (++calls < 2 ? json({}, 429, { [name]: value(testClock().now()) }) : json({})));
    expect(waits).toEqual([wait]);
  });
  test('429 without a word backs off', async () => {
    const { error, waits } = await ask(() => json({}, 429));
    expect([error?.status, waits]).toEqual([429, [375, 750, 1500]]);
  });
  test('a wait longer than a pull may take is not begun', async () => {
    const { error, waits, asked } = await ask(() => json({}, 429, { 'retry-after': '3600' }));
    expect([error?.status, waits, asked.length]).toEqual([429, [], 1]);
    expect(error?.hint).toContain('3600 s');
  });
  test('a connection that breaks off', async () => {
    let calls = 0;
    const { value } = await ask((_, response) => {
      if (++calls > 1) return json({ calls });
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"a":');
      setTimeout(() => response.destroy(), 5);
      return null;
    });
    expect(value).toEqual({ calls: 2 });
  });
});

describe('answers that are none', () => {
  test.each([
    ['HTML', { body: '<!doctype html><p>Sign in</p>' }, /with HTML instead of JSON/],
    ['HTML by its type', { body: 'Sign in', headers: { 'content-type': 'text/html' } }, /with HTML instead of JSON/],
    ['JSON that breaks off', { body: '{"features":[{"name":"a"' }, /with JSON that breaks off/],
    ['invalid JSON', { body: '{features:[]}' }, /with invalid JSON/],
    ['nothing', { body: '' }, /with nothing/],
    ['no content', { body: '', status: 204 }, /answered 204/],
    ['a number', { body: '42' }, /neither an object nor a list/],
    ['bytes that are no text', { body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }, /not UTF-8/],
    ['depth', { body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }, /nested too deeply/],
  ])('%s', async (_, answer, message) => {
    const { error } = await ask(() => ({ status: 200, headers: {}, ...answer }), onlyOnce);
    expect(error?.message).toMatch(message);
    expect(error).toMatchObject({ provider: 'Unleash', path: '/api/flags' });
  });
  test('50 MB are stopped, not read', async () => {
    let sent = 0;
    const { error } = await ask((_, response) => {
      const piece = Buffer.alloc(1024 * 1024, ' ');
      response.writeHead(200, { 'content-type': 'application/json' });
      void (async () => {
        for (; sent < 50 && !response.destroyed; sent++) await new Promise((resolve) => response.write(piece, resolve));
        response.end();
      })();
      return null;
    });
    expect(error?.message).toContain('more than 32 MB');
    expect(sent).toBeLessThan(50);
  });
  test('a small body that unpacks to a large one', async () => {
    const body = gzipSync(Buffer.alloc(3 * 1024 * 1024, ' '));
    const { error } = await ask(() => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body }), { bytes: 2 * 1024 * 1024 });
    expect(error?.message).toContain('more than 2 MB');
  });
  test('slowness', async () => {
    const { error, asked } = await ask(() => null, { requestMs: 40, tries: 2 });
    expect(error?.message).toContain('did not answer within 1 s');
    expect(asked).toHaveLength(2);
  });
  test('a body that drips', async () => {
    const drip = (_: IncomingMessage, response: ServerResponse): null => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(timer));
      return null;
    };
    expect((await ask(drip, { requestMs: 60, tries: 1 })).error?.message).toContain('did not answer within');
  });
  test('the whole pull ends in time', async () => {
    const { error } = await ask(() => json({}, 503), { totalMs: 1000, tries: 100 });
    expect(error?.hint).toContain('longer than a pull may take');
  });
});

describe('redirects', () => {
  test('within the host are followed', async () => {
    const { value, asked } = await ask((request) =>
      request.url?.startsWith('/v2') ? json({ here: true }) : json({}, 307, { location: '/v2/flags' }),
    );
    expect(value).toEqual({ here: true });
    expect(asked.map((r) => r.headers.authorization)).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
  });
  test('to another host are refused, and that host is not asked', async () => {
    const other = await serve(() => json({}));
    const { error } = await ask(() => json({}, 302, { location: `${other.url}/steal` }));
    expect(error?.message).toContain(`redirected to another host, ${other.url}`);
    expect(other.asked).toEqual([]);
  });
  test.each(['http://user:pw@127.0.0.1/', 'file:///etc/passwd', '//evil.example', ''])('to %s', async (location) => {
    const { error } = await ask(() => ({ status: 302, headers: { location }, body: '' }));
    expect(error?.status).toBe(302);
  });
  test('without end', async () => {
    const { error, asked } = await ask(() => json({}, 302, { location: '/again' }));
    expect(error?.message).toContain('redirected more than 3 times');
    expect(asked).toHaveLength(4);
  });
});

describe('a token that is echoed', () => {
  test.each([
    ['as it is', token],
    ['in a URL', encodeURIComponent(token)],
    ['in base64', Buffer.from(token).toString('base64')],
    ['after a name, in base64', Buffer.from(`me:${token}`).toString('base64')],
    ['before a colon, in base64url', Buffer.from(`${token}:`).toString('base64url')],
  ])('%s', async (_, echoed) => {
    const core = echoed.slice(4, -6);
    const { error } = await ask(() => json({ message: `bad token ${echoed}` }, 401));
    expect(error?.message).toContain('[secret]');
    expect(error?.message).not.toContain(core);
    const { value } = await ask(() => json({ echoed }));
    expect(JSON.stringify(value)).not.toContain(core);
  });
  test('in the path', async () => {
    const { error } = await ask(() => json({}, 404), {}, `/files/${encodeURIComponent(token)}/config`);
    expect(error?.path).toBe('/files/[secret]/config');
  });
});

test('no more than four at once', async () => {
  let [now, most] = [0, 0];
  const server = await serve(async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now -= 1;
    return json({});
  });
  const { ask } = asking({ provider: 'X', host: server.url, isGiven: true, variable: null }, secretsOf([]), testClock());
  await Promise.all(Array.from({ length: 20 }, (_, i) => ask({ path: `/${i}` })));
  expect(most).toBe(4);
});

test('two a second, and waiting for one’s turn is not slowness', async () => {
  const server = await serve(() => json({}));
  const clock = testClock();
  const target = { provider: 'Optimizely', host: server.url, isGiven: true, variable: null, perSecond: 2 };
  const { ask } = asking(target, secretsOf([]), clock, { ...limits, totalMs: 3000 });
  for (let i = 0; i < 20; i++) await ask({ path: `/${i}` });
  expect(clock.now() - testClock().now()).toBe(19 * 500);
});

test('after an error nothing more is asked', async () => {
  const server = await serve((request) => (request.url === '/0' ? json({}, 403) : null));
  const { ask, close } = asking({ provider: 'X', host: server.url, isGiven: true, variable: null }, secretsOf([]), testClock());
  const all = Array.from({ length: 20 }, (_, i) => ask({ path: `/${i}` }));
  await expect(Promise.all(all)).rejects.toThrow('answered 403');
  close();
  await Promise.allSettled(all);
  expect(server.asked.length).toBeLessThan(7);
});

afterAll(closeServers);
