import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { freePort } from '../support/redis.ts';
import { ask } from '../support/stage.ts';
import { believesPosternOnly, exampleFolder, servePostern } from './behind-postern.ts';

type Middleware = (
  request: IncomingMessage & { user?: { id: string } },
  response: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

interface Example {
  posternAssertion(options: { jwks: string; audience: string }): Middleware;
}

/** Calls the middleware as Express does. */
async function serve(middleware: Middleware, port: number) {
  const server = createServer((request, response) => {
    void middleware(request, response, (error) => {
      response.statusCode = error === undefined ? 200 : 500;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ user: (request as { user?: { id: string } }).user?.id }));
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

t.test('the Express example believes the assertion of Postern, and nothing else', async (t) => {
  const { posternAssertion } = (await import(
    pathToFileURL(join(exampleFolder('express'), 'assertion.js')).href
  )) as Example;
  const port = await freePort();
  const gateway = await servePostern(t, 'express', port);
  const jwks = `${gateway.adminUrl}/.well-known/jwks.json`;
  const server = await serve(posternAssertion({ jwks, audience: 'shop' }), port);
  t.teardown(() => server.close());
  const good = await believesPosternOnly(t, gateway, port);

  const blind = await serve(posternAssertion({ jwks: `${gateway.adminUrl}/nowhere`, audience: 'shop' }), 0);
  t.teardown(() => blind.close());
  const address = blind.address();
  if (address !== null && typeof address === 'object') {
    const unknown = await ask(address.port, 'GET /me', { 'X-User-Assertion': good });
    t.equal(unknown.status, 500, 'without keys nobody can say that it is bad');
  }
});
