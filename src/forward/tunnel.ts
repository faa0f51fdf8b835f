import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Matched } from '../core/exchange.ts';
import type { Outbound } from '../core/outbound.ts';
import { Refusal } from '../core/refusal.ts';
import { failure } from './failure.ts';
import { reasonPhrase, replyHeaders } from './reply-headers.ts';

interface TunnelOptions {
  url: URL;
  connectMs: number;
  responseMs: number;
  exchange: Matched;
  outbound: Outbound;
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/**
 * Passes a WebSocket handshake on; when the upstream agrees (101), the two sockets are joined byte for byte.
 * Any other answer is relayed and the connection closed, as RFC 6455 §4.1 has it.
 */
export function tunnel({
  url,
  connectMs,
  responseMs,
  exchange,
  outbound,
  request,
  socket,
  head,
}: TunnelOptions): Promise<Refusal | undefined> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = [
    'host',
    outbound.host ?? url.host,
    ...outbound.headers,
    'connection',
    'Upgrade',
    'upgrade',
    'websocket',
  ];
  return new Promise((begun) => {
    const upstream: ClientRequest = send(url, {
      method: outbound.method,
      path: outbound.path,
      headers,
      setHost: false,
      agent: false,
      timeout: connectMs + responseMs,
      rejectUnauthorized: true,
    });
    const gone = () => upstream.destroy();
    const held = hold(socket, head);
    socket.once('close', gone);
    upstream.once('timeout', () =>
      upstream.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
    );
    upstream.once('error', (error) => {
      socket.off('close', gone);
      begun(socket.destroyed ? undefined : failure(error));
    });
    upstream.once('response', (reply) => {
      // A 101 that does not say to what, or 099, which the parser lets pass.
      if ((reply.statusCode ?? 0) < 200) {
        upstream.destroy();
        begun(new Refusal('upstream_unreachable', `the upstream answered with ${reply.statusCode}`));
        return;
      }
      writeHead(socket, exchange, reply, ['connection', 'close']);
      reply.pipe(socket);
      // The end of the connection is the end of the body: only a reset says that it is not whole.
      reply.once('error', () => (socket instanceof Socket ? socket.resetAndDestroy() : socket.destroy()));
      begun(undefined);
    });
    upstream.once('upgrade', (reply, peer, peerHead) => {
      socket.off('close', gone);
      if (reply.headers.upgrade?.toLowerCase() !== 'websocket') {
        peer.destroy();
        begun(new Refusal('upstream_unreachable', 'the upstream agreed to another protocol than WebSocket'));
        return;
      }
      writeHead(socket, exchange, reply, ['connection', 'Upgrade', 'upgrade', 'websocket']);
      join(socket, held(), peer, peerHead);
      begun(undefined);
    });
    upstream.end();
    request.resume();
  });
}

/** How much a client may send before the upstream has agreed; then it has to wait. */
const MOST_HELD = 65_536;

/**
 * Reads on while the upstream decides, since a socket that is not read does not tell that its client has gone.
 * The function it returns stops that, and gives what has arrived.
 */
function hold(socket: Duplex, head: Buffer): () => Buffer {
  let held = head;
  const keep = (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    if (held.length > MOST_HELD) socket.pause();
  };
  const leave = () => socket.destroy();
  socket.on('data', keep).once('end', leave);
  return () => {
    socket.pause().off('data', keep).off('end', leave);
    return held;
  };
}

function writeHead(socket: Duplex, exchange: Matched, reply: IncomingMessage, connection: string[]): void {
  exchange.upgradeStatus = reply.statusCode;
  const lines = [...replyHeaders(reply.rawHeaders, exchange), ...connection];
  let head = `HTTP/1.1 ${reply.statusCode} ${reasonPhrase(reply.statusMessage)}\r\n`;
  for (let at = 0; at < lines.length; at += 2) head += `${lines[at]}: ${lines[at + 1]}\r\n`;
  socket.write(`${head}\r\n`, 'latin1');
}

/** Joins two sockets; the end or failure of one ends the other. */
function join(client: Duplex, clientHead: Buffer, upstream: Duplex, upstreamHead: Buffer): void {
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  for (const side of [client, upstream]) side.on('error', end).on('close', end);
  if (upstreamHead.length > 0) client.write(upstreamHead);
  if (clientHead.length > 0) upstream.write(clientHead);
  client.pipe(upstream);
  upstream.pipe(client);
}
