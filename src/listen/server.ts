import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import httpProxy from '@fastify/http-proxy';
import fastify, { type FastifyInstance } from 'fastify';
import type { Decider, Reply } from '../core/decision.ts';
import type { RequestHead } from '../core/head.ts';
import type { HeadLimits } from '../core/limits.ts';
import { METHODS } from '../core/methods.ts';
import type { Observe } from '../core/outcome.ts';
import { Refusal } from '../core/refusal.ts';
import type { Log } from '../core/words.ts';
import { answer, answerSocket, letBodyCome } from './answer.ts';
import { HttpServer } from './http-server.ts';
import { Passage } from './passage.ts';

declare module 'fastify' {
  interface FastifyRequest {
    passage: Passage | null;
  }
}

export interface ServerOptions {
  log: Log;
  head: HeadLimits;
  /** From then on each reply ends its connection. */
  draining(): boolean;
  /** Told of every connection before anything is read of it. */
  connected(socket: Socket): void;
  /** What decides about a request that arrives now. */
  gateway(): Decider;
  observe: Observe;
}

/** Requests in, replies out: judges each at the gate, has it decided, and only then lets the proxy forward it. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, gateway, observe } = options;
  const server = new HttpServer({ ...options, taken });
  const app = fastify({
    serverFactory: (handler) => server.serve(handler),
    logger: false,
    // The rules judge the target as it was sent; the framework's router sees a path that it cannot misread.
    rewriteUrl: () => '/',
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) =>
      refuseUnreadable(error, socket, log, (refusal) => {
        // Written before or into the answer to another request, this one would be taken for it.
        server.connectionOf(socket).end(() => answerSocket(socket, gateway().refuse(undefined, refusal)));
      }),
  });
  app.decorateRequest('passage', null);
  // The framework would judge media types and read bodies itself, and leave nothing to forward.
  for (const method of METHODS) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });

  app.addHook('onRequest', (request, reply, done) => {
    const passage = new Passage(gateway(), observe);
    request.passage = passage;
    const { raw } = reply;
    raw.once('close', () => passage.end(raw.headersSent ? raw.statusCode : 0));
    passage.decide(headOf(request.raw, request.originalUrl, false), (decision) => {
      if (decision.kind === 'forward') return done();
      reply.hijack();
      attempt(
        () => answer(raw, decision.reply),
        () => raw.destroy(),
      );
    });
  });

  // Methods that the proxy does not know have been refused by then: no route can name them.
  app.setNotFoundHandler((request, reply) => {
    reply.hijack();
    unforeseen(request.passage, reply.raw, 'no handler for the method');
  });
  app.setErrorHandler((error, request, reply) => {
    reply.hijack();
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    unforeseen(request.passage, reply.raw, code);
  });

  await app.register(httpProxy, {
    // Where a request goes is decided by its route; the proxy only has to be told that somebody does.
    upstream: 'http://upstream.invalid',
    handler(request, reply) {
      const { passage, raw } = request;
      reply.hijack();
      const response = reply.raw;
      const forward = passage?.forward;
      if (!passage || !forward) return unforeseen(passage, response, 'a request came past the gate');
      const { exchange, outbound, upstream } = forward;
      const giveUp = () => void response.destroy();
      const refuse = (refusal: Refusal) => attempt(() => answer(response, passage.refuse(refusal)), giveUp);
      attempt(
        () => {
          letBodyCome(response);
          passage.delivery = upstream.send({ exchange, outbound, request: raw, response, refuse });
        },
        () => refuse(new Refusal('internal_error', 'the request could not be sent')),
      );
    },
  });

  /** A WebSocket handshake, or a CONNECT, which no rule lets through. */
  function taken(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    const passage = new Passage(gateway(), observe);
    let status = 0;
    socket.once('close', () => passage.end(status || (passage.delivery?.upgrade?.status ?? 0)));
    const giveUp = () => void socket.destroy();
    const reply = (written: Reply) => {
      status = written.status;
      answerSocket(socket, written);
    };
    passage.decide(headOf(request, request.url ?? '', true), (decision) => {
      attempt(() => {
        if (decision.kind === 'reply') return reply(decision.reply);
        const { exchange, outbound, upstream } = decision;
        const refuse = (refusal: Refusal) => attempt(() => reply(passage.refuse(refusal)), giveUp);
        passage.delivery = upstream.tunnel?.({ exchange, outbound, request, socket, head: rest, refuse });
      }, giveUp);
    });
  }

  function unforeseen(passage: Passage | null, response: ServerResponse, reason: string): void {
    log.error({ reason }, 'internal error');
    if (passage) answer(response, passage.refuse(new Refusal('internal_error', reason)));
    else response.destroy();
  }

  /** Runs what must not fail; when it does, `giveUp` ends the connection. */
  function attempt(act: () => void, giveUp: () => void): void {
    try {
      act();
    } catch (error) {
      mistake(error);
      giveUp();
    }
  }

  /** The frames of the stack say where; the message could quote what was read, and is left out. */
  function mistake(error: unknown): void {
    const reason = error instanceof Error ? error.name : 'unknown';
    const frames =
      error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : undefined;
    log.error({ reason, frames }, 'internal error');
  }

  return app;
}

/** The head of a request; `raw` is its target as it was in the request line. */
function headOf(request: IncomingMessage, raw: string, upgrade: boolean): RequestHead {
  return {
    method: request.method ?? '',
    target: raw,
    version: request.httpVersion,
    rawHeaders: request.rawHeaders,
    peer: request.socket.remoteAddress ?? '',
    scheme: 'http',
    upgrade,
  };
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
