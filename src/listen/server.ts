import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import httpProxy from '@fastify/http-proxy';
import fastify, { type FastifyInstance } from 'fastify';
import type { Clock } from '../core/clock.ts';
import type { Exchange } from '../core/exchange.ts';
import { isPromise, type Maybe } from '../core/maybe.ts';
import { Refusal } from '../core/refusal.ts';
import type { Log } from '../core/words.ts';
import { answer, answerSocket } from './answer.ts';
import { arrive } from './arrive.ts';

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange | null;
  }
}

export interface ServerOptions {
  clock: Clock;
  log: Log;
  trusted(address: string): boolean;
  /** Every step up to forwarding. */
  decide(exchange: Exchange): Maybe<Refusal | undefined>;
  send(exchange: Exchange, request: IncomingMessage, response: ServerResponse): Maybe<Refusal | undefined>;
  tunnel(
    exchange: Exchange,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Maybe<Refusal | undefined>;
  observe(exchange: Exchange, status: number, durationMs: number): void;
}

/** Requests in, replies out: judges each at the gate, has it decided, and only then lets the proxy forward it. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, decide, send, tunnel, observe } = options;
  const app = fastify({
    logger: false,
    // The rules judge the target as it was sent; the framework's router sees a path that it cannot misread.
    rewriteUrl: () => '/',
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseUnreadable,
  });
  app.decorateRequest('exchange', null);

  app.addHook('onRequest', (request, reply, done) => {
    const exchange = arrive(request.raw, request.originalUrl, false, options);
    request.exchange = exchange;
    const startedAt = performance.now();
    reply.raw.once('close', () => {
      observe(exchange, reply.raw.headersSent ? reply.raw.statusCode : 0, performance.now() - startedAt);
    });
    settle(
      () => exchange.refusal ?? decide(exchange),
      (refusal) => {
        if (refusal === undefined) return done();
        reply.hijack();
        refuse(exchange, refusal, reply.raw);
      },
    );
  });

  // Methods that the proxy does not know have been refused by then: no route can name them.
  app.setNotFoundHandler((request, reply) =>
    unforeseen(request.exchange, reply.raw, 'no handler for the method'),
  );
  app.setErrorHandler((error, request, reply) => {
    reply.hijack();
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code.startsWith('FST_ERR_CTP_') && request.exchange)
      refuse(request.exchange, new Refusal('bad_media_type', code), reply.raw);
    else unforeseen(request.exchange, reply.raw, code);
  });

  await app.register(httpProxy, {
    // Where a request goes is decided by its route; the proxy only has to be told that somebody does.
    upstream: 'http://upstream.invalid',
    handler(request, reply) {
      const { exchange } = request;
      reply.hijack();
      if (!exchange)
        return answer(reply.raw, new Refusal('internal_error', 'a request came past the gate'), '');
      settle(
        () => send(exchange, request.raw, reply.raw),
        (refusal) => {
          if (refusal !== undefined) refuse(exchange, refusal, reply.raw);
        },
      );
    },
  });

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const exchange = arrive(request, request.url ?? '', true, options);
    const startedAt = performance.now();
    socket.on('error', () => socket.destroy());
    socket.once('close', () =>
      observe(exchange, exchange.refusal?.status ?? 101, performance.now() - startedAt),
    );
    const finish = (refusal: Refusal | undefined) => {
      if (refusal === undefined) return;
      exchange.refusal = refusal;
      answerSocket(socket, refusal, exchange.id);
    };
    settle(
      () => exchange.refusal ?? refuseProtocol(request) ?? decide(exchange),
      (refusal) => {
        if (refusal) finish(refusal);
        else if (!socket.destroyed) settle(() => tunnel(exchange, request, socket, head), finish);
      },
    );
  });
  app.server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    answerSocket(socket, new Refusal('bad_target', 'CONNECT'));
  });

  function refuse(exchange: Exchange, refusal: Refusal, response: ServerResponse): void {
    exchange.refusal = refusal;
    answer(response, refusal, exchange.id);
  }

  function unforeseen(exchange: Exchange | null, response: ServerResponse, reason: string): void {
    log.error({ request_id: exchange?.id, reason }, 'internal error');
    const refusal = new Refusal('internal_error', reason);
    if (exchange) exchange.refusal = refusal;
    answer(response, refusal, exchange?.id ?? '');
  }

  /** Whatever throws or rejects has not admitted the request. */
  function settle(
    step: () => Maybe<Refusal | undefined>,
    next: (refusal: Refusal | undefined) => void,
  ): void {
    let outcome: Maybe<Refusal | undefined>;
    try {
      outcome = step();
    } catch (error) {
      outcome = mistake(error);
    }
    if (isPromise(outcome)) outcome.then(next, (error: unknown) => next(mistake(error)));
    else next(outcome);
  }

  function mistake(error: unknown): Refusal {
    const reason = error instanceof Error ? error.name : 'unknown';
    log.error({ reason, stack: error instanceof Error ? error.stack : undefined }, 'internal error');
    return new Refusal('internal_error', reason);
  }

  function refuseUnreadable(error: Error, socket: Socket): void {
    const code = 'code' in error ? String(error.code) : '';
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal =
      code === 'HPE_HEADER_OVERFLOW'
        ? new Refusal('headers_too_large', code)
        : code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? new Refusal('headers_too_slow', code)
          : new Refusal('bad_request', code);
    log.info(
      { client: socket.remoteAddress, code: refusal.code, reason: code, status: refusal.status },
      'not a request',
    );
    answerSocket(socket, refusal);
  }

  return app;
}

/** RFC 6455 §4.1: the one protocol to upgrade to, asked for with GET. */
function refuseProtocol(request: IncomingMessage): Refusal | undefined {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || request.method !== 'GET') {
    return new Refusal('upgrade_not_allowed', 'an upgrade to something else than WebSocket');
  }
  return undefined;
}
