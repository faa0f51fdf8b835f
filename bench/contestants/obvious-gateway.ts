// fastify, @fastify/http-proxy and ioredis, put together as their pages show it.
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { Redis } from 'ioredis';

declare module 'fastify' {
  interface FastifyRequest {
    user: { id: number } | null;
  }
}

const { PORT, UPSTREAM, REDIS, LIMIT, ACCESS_LOG } = process.env;
const redis = new Redis({ port: Number(REDIS), host: '127.0.0.1' });
const app = fastify({ logger: ACCESS_LOG === 'on' });
app.decorateRequest('user', null);

await app.register(proxy, {
  upstream: UPSTREAM ?? '',
  prefix: '/',
  async preHandler(request, reply) {
    const header = request.headers.authorization;
    if (!header?.startsWith('Token ')) return reply.code(401).send({ detail: 'no token' });
    const token = header.slice(6);
    const record = await redis.get(`token:${token}`);
    if (!record) return reply.code(401).send({ detail: 'invalid token' });
    const count = await redis.incr(`rate:${token}:${Math.floor(Date.now() / 1_000)}`);
    if (count > Number(LIMIT)) return reply.code(429).send({ detail: 'too many requests' });
    request.user = JSON.parse(record);
  },
  replyOptions: {
    rewriteRequestHeaders: (request, headers) => ({ ...headers, 'x-user': String(request.user?.id) }),
  },
});

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
