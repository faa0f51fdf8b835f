import { type IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, type Server as Listener, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HeadLimits } from '../core/limits.ts';
import { Connection } from './connection.ts';
import { isOptional, withoutUpgrade } from './optional-upgrade.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface HttpServerOptions {
  head: HeadLimits;
  /** From then on each reply says that its connection ends. */
  draining(): boolean;
  /** Told of every connection before anything is read of it. */
  connected(socket: Socket): void;
  /** A WebSocket handshake or a CONNECT; all answers before it are out. The socket is the callee's. */
  taken(request: IncomingMessage, socket: Duplex, rest: Buffer): void;
}

/** For how long after a flood of pipelined requests new connections are read in pieces from their first byte. */
const WARY_MS = 60_000;

/** How long a connection has to be quiet before a drain closes it: a request may be on its way. */
const QUIET_MS = 1_000;

/** For how long nobody may have connected before the listener closes, and how long that is waited for at most. */
const CALM_MS = 100;
const MOST_CALM_MS = 500;

interface Quiet {
  since: number;
  bytesRead: number;
}

/** Node's HTTP server with a memory of its connections: whose turn it is on each, and all of them, whoever has taken them. */
export class HttpServer extends Server {
  private readonly options: HttpServerOptions;
  private readonly clients = new Map<Duplex, Connection>();
  private readonly quiet = new WeakMap<Duplex, Quiet>();
  private waryUntil = Number.NEGATIVE_INFINITY;
  private held: (() => void)[] | undefined;
  private lastOpenedAt = 0;
  private readonly others: Listener[] = [];

  constructor(options: HttpServerOptions) {
    const { head } = options;
    super({
      keepAliveTimeout: head.keepAliveMs,
      // The gate refuses it: Node's own refusal would stand beside the turns of pipelined requests.
      requireHostHeader: false,
      maxHeaderSize: head.bytes,
      headersTimeout: head.timeoutMs,
      connectionsCheckingInterval: Math.min(head.timeoutMs || 1_000, 1_000),
      // Bodies have a limit of their own.
      requestTimeout: 0,
      ServerResponse: replies(options.draining),
    });
    this.options = options;
    // Node drops what is beyond its own count without a word; the gate counts, and refuses.
    this.maxHeadersCount = 0;
    this.on('connection', (socket) => this.opened(socket));
    this.on('upgrade', (request, socket, rest) => this.handedOver(request, socket, rest));
    this.on('connect', (request, socket, rest) => this.handedOver(request, socket, rest));
  }

  /** Gives each request to `handler` when it is its turn. */
  serve(handler: Handler): this {
    const take: Handler = (request, response) => {
      const connection = this.connectionOf(request.socket);
      const begin = () => connection.wait(response, () => handler(request, response));
      if (this.held) this.held.push(begin);
      else begin();
    };
    // Node would answer 100 before anything is decided, and 417 beside the turns of pipelined requests.
    return this.on('request', take).on('checkContinue', take).on('checkExpectation', take);
  }

  connectionOf(socket: Duplex): Connection {
    const known = this.clients.get(socket);
    if (known) return known;
    const made = new Connection(socket, () => this.beWary());
    this.clients.set(socket, made);
    return made;
  }

  /** Takes connections at a further address, and rejects when there is no such address. */
  listenAlso(host: string, port: number): Promise<void> {
    const other = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.emit('connection', socket),
    );
    return new Promise((resolve, reject) => {
      other.once('error', reject).listen({ host, port }, () => {
        this.others.push(other);
        resolve();
      });
    });
  }

  /**
   * Closing resets the connections that the system has accepted and Node has not. In a drain, answers tell clients to
   * connect anew; so requests are held until those who were about to connect wait for their answer instead.
   */
  override close(done?: (error?: Error) => void): this {
    if (this.held || !this.options.draining()) {
      this.closeNow(done);
      return this;
    }
    this.held = [];
    const since = performance.now();
    const whenCalm = (): void => {
      const now = performance.now();
      const left = Math.min(this.lastOpenedAt + CALM_MS, since + MOST_CALM_MS) - now;
      if (left > 0) setTimeout(whenCalm, left);
      // Right after Node has accepted what there is.
      else setImmediate(() => this.closeNow(done));
    };
    this.lastOpenedAt = since;
    whenCalm();
    return this;
  }

  private closeNow(done?: (error?: Error) => void): void {
    let open = 1 + this.others.length;
    const closed = (error?: Error) => {
      if (--open === 0) done?.(error);
    };
    for (const other of this.others) other.close(() => closed());
    super.close(closed);
    const held = this.held ?? [];
    this.held = undefined;
    for (const begin of held) begin();
  }

  /** Closes what Node does not know any more too: tunnels, and answers to a CONNECT. */
  override closeAllConnections(): void {
    for (const socket of this.clients.keys()) socket.destroy();
  }

  /** Closes connections on which nothing has happened for a second, also those on which nothing ever came. */
  override closeIdleConnections(): void {
    const now = performance.now();
    for (const [socket, connection] of this.clients) {
      const { bytesRead } = socket as Socket;
      const quiet = this.quiet.get(socket);
      if (!connection.idle || quiet?.bytesRead !== bytesRead)
        this.quiet.set(socket, { since: now, bytesRead });
      else if (now - quiet.since >= QUIET_MS) (socket as Socket).destroySoon();
    }
  }

  private opened(socket: Socket): void {
    // A connection is announced again when an upgrade on it was ignored.
    if (this.clients.has(socket)) return;
    // Node takes its own listener away from sockets that it hands out; without any, a reset ends the process.
    socket.on('error', () => {});
    socket.once('close', () => this.clients.delete(socket));
    const connection = this.connectionOf(socket);
    this.lastOpenedAt = performance.now();
    this.options.connected(socket);
    if (this.lastOpenedAt < this.waryUntil) connection.readInPieces();
  }

  private beWary(): void {
    this.waryUntil = performance.now() + WARY_MS;
    for (const connection of this.clients.values()) connection.readInPieces();
  }

  private handedOver(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    const connection = this.connectionOf(socket);
    connection.handOver();
    if (isOptional(request)) connection.afterAnswers(() => this.ignoreUpgrade(request, socket, rest));
    // No client sends a handshake before it has its answers (RFC 6455 §4.1).
    else if (connection.busy && request.method !== 'CONNECT') socket.destroy();
    else connection.afterAnswers(() => this.options.taken(request, socket, rest));
  }

  /** Has the request read again without the upgrade, with what follows it. */
  private ignoreUpgrade(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    const head = withoutUpgrade(request);
    // Later, as what the parser has not seen may be on its way back into the stream.
    process.nextTick(() => {
      if (!head) socket.destroy();
      if (!head || socket.destroyed) return;
      (socket as Socket).setTimeout(0);
      socket.unshift(Buffer.concat([head, rest]));
      this.emit('connection', socket);
      this.connectionOf(socket).takeBack();
    });
  }
}

/** Replies that end their connection while the server drains, so that clients come back elsewhere. */
function replies(draining: () => boolean): typeof ServerResponse {
  return class<Request extends IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, reason?: unknown, headers?: unknown): this {
      if (draining()) this.shouldKeepAlive = false;
      return super.writeHead(status, reason as string, headers as string[]);
    }
  };
}
