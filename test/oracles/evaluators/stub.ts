/** A provider on loopback: one JSON body for every path. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Stub {
  readonly url: string;
  close(): void;
}

export async function stubOf(body: unknown): Promise<Stub> {
  const text = JSON.stringify(body);
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(text)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
