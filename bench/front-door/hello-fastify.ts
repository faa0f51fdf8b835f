// A server that says hello with Fastify.
import fastify from 'fastify';

const BODY = '{"hello":"world"}';

const app = fastify({ logger: false });
app.get('/*', (_request, reply) => {
  void reply.header('content-type', 'application/json').send(BODY);
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
