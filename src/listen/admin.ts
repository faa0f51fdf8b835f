import fastify, { type FastifyInstance } from 'fastify';
import type { HeadLimits } from '../core/limits.ts';
import type { Store } from '../core/store.ts';
import { HttpServer } from './http-server.ts';

export interface AdminOptions {
  head: HeadLimits;
  store: Store;
  /** The public keys of signed identities, as a JWK Set. */
  keySet(): string;
  forgetUser(id: string): void;
  /** True from the moment when the gateway listens. */
  started(): boolean;
  /** True from SIGTERM on. */
  draining(): boolean;
}

/**
 * Health for orchestrators. `/healthz`: the process is alive, whatever Redis does. `/startupz`: it has begun to
 * serve. `/readyz`: requests may be sent to it. Beside them the key set of signed identities, and `DELETE /users/<id>`,
 * with which an app says that what it told of a user has changed.
 */
export function createAdmin(options: AdminOptions): FastifyInstance {
  const { head, store, keySet, forgetUser, started, draining } = options;
  const server = new HttpServer({
    head,
    draining: () => false,
    connected() {},
    taken: (_, socket) => socket.destroy(),
  });
  const app = fastify({
    serverFactory: (handler) => server.serve(handler),
    logger: false,
    forceCloseConnections: true,
    // Ids are up to 256 characters.
    routerOptions: { maxParamLength: 4_096 },
  });
  app.get('/healthz', () => ({ status: 'alive' }));
  app.get('/startupz', (_, reply) => {
    const up = started();
    return reply.code(up ? 200 : 503).send({ status: up ? 'started' : 'starting' });
  });
  app.get('/readyz', async (_, reply) => {
    const reason = !started()
      ? 'starting'
      : draining()
        ? 'draining'
        : (await store.ready())
          ? undefined
          : `${store.kind} is unreachable`;
    return reply
      .code(reason === undefined ? 200 : 503)
      .send(reason === undefined ? { status: 'ready' } : { status: 'not ready', reason });
  });
  app.get('/.well-known/jwks.json', (_, reply) => reply.type('application/jwk-set+json').send(keySet()));
  app.delete<{ Params: { id: string } }>('/users/:id', (request, reply) => {
    forgetUser(request.params.id);
    return reply.code(204).send();
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ detail: 'Not found.' }));
  return app;
}
