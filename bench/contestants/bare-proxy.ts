// fastify and @fastify/http-proxy with their defaults.
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

const { PORT, UPSTREAM, ACCESS_LOG } = process.env;
const app = fastify({ logger: ACCESS_LOG === 'on' });
await app.register(proxy, { upstream: UPSTREAM ?? '' });
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
