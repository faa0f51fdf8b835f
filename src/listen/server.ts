import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import httpProxy from '@fastify/http-proxy';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../core/clock.ts';
import type { Exchange } from '../core/exchange.ts';
import type { HeadLimits } from '../core/limits.ts';
import { isPromise, type Maybe } from '../core/maybe.ts';
import type { Preflight } from '../core/preflight.ts';
import { Refusal } from '../core/refusal.ts';
import type { Log } from '../core/words.ts';
import { answer, answerSocket } from './answer.ts';
import { arrive } from './arrive.ts';
import type { Speak } from './language.ts';
import { Turns } from './turns.ts';

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange | null;
  }
}

export interface ServerOptions {
  clock: Clock;
  log: Log;
  trusted(address: string): boolean;
  head: HeadLimits;
  /** Told of every connection before anything is read of it. */
  connected(socket: Socket): void;
  /** Every step up to forwarding. */
  decide(exchange: Exchange): Maybe<Refusal | Preflight | undefined>;
  send(exchange: Exchange, request: IncomingMessage, response: ServerResponse): Maybe<Refusal | undefined>;
  tunnel(
    exchange: Exchange,
    request: IncomingMessage,
    socket: Duplex,
    rest: Buffer,
  ): Maybe<Refusal | undefined>;
  /** In which language refusals are told. */
  speak: Speak;
  observe(exchange: Exchange, status: number, durationMs: number): void;
}

/** Requests in, replies out: judges each at the gate, has it decided, and only then lets the proxy forward it. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, head, connected, decide, send, tunnel, speak, observe } = options;
  const turns = new Turns();
  const upgraded = new Set<Duplex>();
  const app = fastify({
    logger: false,
    // The rules judge the target as it was sent; the framework's router sees a path that it cannot misread.
    rewriteUrl: () => '/',
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) =>
      refuseUnreadable(error, socket, log, (refusal) => {
        // Written before or into the answer to another request, this one would be taken for it.
        turns.end(socket, () => answerSocket(socket, refusal, speak));
      }),
    requestTimeout: 0,
    keepAliveTimeout: head.keepAliveMs,
    http: {
      // The gate refuses it: Node's own refusal would stand beside the turns of pipelined requests.
      requireHostHeader: false,
      maxHeaderSize: head.bytes,
      headersTimeout: head.timeoutMs,
      connectionsCheckingInterval: Math.min(head.timeoutMs || 1_000, 1_000),
    },
  });
  // Node drops what is beyond its own count without a word; the gate counts, and refuses.
  app.server.maxHeadersCount = 0;
  app.server.on('connection', connected);
  closeTogether(app.server, upgraded);
  app.decorateRequest('exchange', null);
  // The framework would read bodies of JSON and plain text itself, and leave nothing to forward.
  app.removeAllContentTypeParsers();

  app.addHook('onRequest', (request, reply, done) => {
    turns.wait(reply.raw, () => begin(request, reply, done));
  });

  function begin(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const exchange = arrive(request.raw, request.originalUrl, false, options);
    request.exchange = exchange;
    const startedAt = performance.now();
    reply.raw.once('close', () => {
      observe(exchange, reply.raw.headersSent ? reply.raw.statusCode : 0, performance.now() - startedAt);
    });
    settle(
      () => exchange.refusal ?? decide(exchange),
      (ending) => {
        if (ending === undefined) return done();
        reply.hijack();
        end(exchange, ending, reply.raw);
      },
      () => reply.raw.destroy(),
    );
  }

  // Methods that the proxy does not know have been refused by then: no route can name them.
  app.setNotFoundHandler((request, reply) => {
    reply.hijack();
    unforeseen(request.exchange, reply.raw, 'no handler for the method');
  });
  app.setErrorHandler((error, request, reply) => {
    reply.hijack();
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const mediaType = code.startsWith('FST_ERR_CTP_') ? request.exchange : null;
    if (mediaType) end(mediaType, new Refusal('bad_media_type', code), reply.raw);
    else unforeseen(request.exchange, reply.raw, code);
  });

  await app.register(httpProxy, {
    // Where a request goes is decided by its route; the proxy only has to be told that somebody does.
    upstream: 'http://upstream.invalid',
    handler(request, reply) {
      const { exchange } = request;
      reply.hijack();
      if (!exchange) return unforeseen(exchange, reply.raw, 'a request came past the gate');
      settle(
        () => send(exchange, request.raw, reply.raw),
        (refusal) => refusal && end(exchange, refusal, reply.raw),
        () => reply.raw.destroy(),
      );
    },
  });

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, rest: Buffer) => {
    // It came behind a request whose answer is not out: that one would be written between the frames.
    if (turns.busy(socket)) return void socket.destroy();
    const exchange = arrive(request, request.url ?? '', true, options);
    const startedAt = performance.now();
    upgraded.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => upgraded.delete(socket));
    socket.once('close', () =>
      observe(
        exchange,
        exchange.refusal?.status ?? exchange.upgradeStatus ?? 0,
        performance.now() - startedAt,
      ),
    );
    const endUpgrade = (ending: Refusal | Preflight) => {
      if (ending instanceof Refusal) exchange.refusal = ending;
      answerSocket(socket, ending, speak, exchange);
    };
    settle(
      () => exchange.refusal ?? refuseProtocol(request) ?? decide(exchange),
      (ending) => {
        if (ending) return endUpgrade(ending);
        if (socket.destroyed) return;
        settle(
          () => tunnel(exchange, request, socket, rest),
          (refusal) => refusal && endUpgrade(refusal),
          () => socket.destroy(),
        );
      },
      () => socket.destroy(),
    );
  });
  // Node's own 417 would stand beside the turns of pipelined requests, and be in no log.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    answerSocket(socket, new Refusal('bad_target', 'CONNECT'), speak);
  });

  function end(exchange: Exchange, ending: Refusal | Preflight, response: ServerResponse): void {
    if (ending instanceof Refusal) exchange.refusal = ending;
    answer(response, ending, exchange, speak);
  }

  function unforeseen(exchange: Exchange | null, response: ServerResponse, reason: string): void {
    log.error({ request_id: exchange?.id, reason }, 'internal error');
    if (exchange) end(exchange, new Refusal('internal_error', reason), response);
    else response.destroy();
  }

  /**
   * Runs a step and what follows from it. A step that throws or rejects has not admitted the request; when even the
   * refusal cannot be written, `giveUp` ends the connection.
   */
  function settle<Ending>(
    step: () => Maybe<Ending | undefined>,
    next: (ending: Ending | Refusal | undefined) => void,
    giveUp: () => void,
  ): void {
    const follow = (ending: Ending | Refusal | undefined) => {
      try {
        next(ending);
      } catch (error) {
        mistake(error);
        giveUp();
      }
    };
    let outcome: Maybe<Ending | Refusal | undefined>;
    try {
      outcome = step();
    } catch (error) {
      outcome = mistake(error);
    }
    if (isPromise(outcome)) outcome.then(follow, (error: unknown) => follow(mistake(error)));
    else follow(outcome);
  }

  /** The frames of the stack say where; the message could quote what was read, and is left out. */
  function mistake(error: unknown): Refusal {
    const reason = error instanceof Error ? error.name : 'unknown';
    const frames =
      error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : undefined;
    log.error({ reason, frames }, 'internal error');
    return new Refusal('internal_error', reason);
  }

  return app;
}

/** Node loses sight of upgraded sockets: closing all connections would not close them, and a server waits for them. */
function closeTogether(server: FastifyInstance['server'], upgraded: ReadonlySet<Duplex>): void {
  const closeRest = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    closeRest();
    for (const socket of upgraded) socket.destroy();
  };
}

/** RFC 6455 §4.1: the one protocol to upgrade to, asked for with GET. */
function refuseProtocol(request: IncomingMessage): Refusal | undefined {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || request.method !== 'GET') {
    return new Refusal('upgrade_not_allowed', 'an upgrade to something else than WebSocket');
  }
  return undefined;
}

const PARSER_REFUSALS = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'headers_too_slow',
} as const;

/** Answers what the HTTP parser gave up on. There is no request, so there is no access line. */
function refuseUnreadable(error: Error, socket: Socket, log: Log, refuse: (refusal: Refusal) => void): void {
  const reason = 'code' in error ? String(error.code) : 'unknown';
  if (reason === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const known = PARSER_REFUSALS[reason as keyof typeof PARSER_REFUSALS];
  const refusal = new Refusal(known ?? 'bad_request', reason);
  log.info(
    { client: socket.remoteAddress, code: refusal.code, reason, status: refusal.status },
    'not a request',
  );
  refuse(refusal);
}
