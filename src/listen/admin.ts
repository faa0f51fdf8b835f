import fastify, { type FastifyInstance } from 'fastify';
import type { Store } from '../core/store.ts';

export interface AdminOptions {
  store: Store;
  /** The public keys of signed identities, as a JWK Set. */
  keySet(): string;
  /** True from the moment when the gateway listens. */
  started(): boolean;
  /** True from SIGTERM on. */
  draining(): boolean;
}

/**
 * Health for orchestrators. `/healthz`: the process is alive, whatever Redis does. `/startupz`: it has begun to
 * serve. `/readyz`: requests may be sent to it.
 */
export function createAdmin({ store, keySet, started, draining }: AdminOptions): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
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
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ detail: 'Not found.' }));
  return app;
}
