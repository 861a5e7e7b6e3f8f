/** Servers on this machine that answer as a test says, and a clock that no test has to wait for. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/flags/pull/http.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

/** null: the handler answers by itself, or never. */
export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => Answer | null | Promise<Answer | null>;

export interface Running {
  readonly url: string;
  readonly asked: IncomingMessage[];
}

const running: Server[] = [];

export async function serve(handler: Handler): Promise<Running> {
  const asked: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    asked.push(request);
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await handler(request, response, body);
    if (answer === null || response.destroyed) return;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  });
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export async function closeServers(): Promise<void> {
  await Promise.all(
    running.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
}

/** Time passes only by sleeping; chance is always one half. */
export function testClock(start = Date.parse('2026-02-01T00:00:00Z')): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  let now = start;
  return {
    waits,
    now: () => now,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
}
