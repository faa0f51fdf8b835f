import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { jwks, type Key } from './jwt.ts';

/** Keys to publish, a status to fail with, or a function that answers as it likes; `hang` never answers. */
export type Published = readonly Key[] | number | 'hang' | ((response: ServerResponse) => void);

export interface Issuer {
  /** Of the key set. */
  url: string;
  port: number;
  /** How many requests have arrived. */
  readonly hits: number;
  /** Changes the answer from now on: other keys (a rotation), a failure, a hang. */
  respond(published: Published): void;
  close(): Promise<void>;
}

/** A server with nothing but a key set. */
export async function startIssuer(published: Published, port = 0): Promise<Issuer> {
  let current = published;
  let hits = 0;
  const server = createServer((_request, response) => {
    hits += 1;
    if (current === 'hang') return;
    if (typeof current === 'function') return current(response);
    if (typeof current === 'number') return void response.writeHead(current).end();
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks(...current)));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/jwks.json`,
    port: address.port,
    get hits() {
      return hits;
    },
    respond: (next) => {
      current = next;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
