import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { KEEP_ALIVE_MS } from '../transport/connect.ts';

/** What ended a tunnel. */
export type TunnelEnd = 'client' | 'upstream' | 'idle';

export interface Ends {
  client: Duplex;
  /** What the client has sent already. */
  fromClient: Buffer;
  upstream: Socket;
  /** What the server has sent already. */
  fromUpstream: Buffer;
  /** Milliseconds that nothing may pass, in either direction; 0 for ever. */
  idleMs: number;
  /** Told once, when both sockets are on their way to be closed. */
  ended(by: TunnelEnd, bytes: { toClient: number; toUpstream: number }): void;
}

/** When one side has ended, how long the other may take for its last words, in milliseconds. */
const GRACE_MS = 1_000;

/** Joins two sockets byte for byte. The end of one is the end of the other, and neither outlives a dead peer. */
export function join({ client, fromClient, upstream, fromUpstream, idleMs, ended }: Ends): void {
  const read = upstream.bytesRead - fromUpstream.length;
  const written = upstream.bytesWritten;
  let by: TunnelEnd | undefined;
  let grace: NodeJS.Timeout | undefined;

  function end(first: TunnelEnd): void {
    by ??= first;
    clearTimeout(grace);
    client.destroy();
    upstream.destroy();
  }
  const unread = (): number => client.writableLength + upstream.writableLength;
  /** What is still on its way to either side has time, as long as some of it is taken. */
  function endSoon(first: TunnelEnd, before = Number.POSITIVE_INFINITY): void {
    grace = setTimeout(() => {
      const left = unread();
      if (left === 0 || left >= before) end(first);
      else endSoon(first, left);
    }, GRACE_MS);
  }
  function sideEnded(side: TunnelEnd): void {
    by ??= side;
    if (!grace) endSoon(side);
  }

  client.once('end', () => sideEnded('client'));
  upstream.once('end', () => sideEnded('upstream'));
  client.on('error', () => end('client')).once('close', () => end('client'));
  upstream
    .on('error', () => end('upstream'))
    .once('close', () => {
      end('upstream');
      ended(by ?? 'upstream', {
        toClient: upstream.bytesRead - read,
        toUpstream: upstream.bytesWritten - written,
      });
    });

  // Every byte in either direction passes this socket, so that its silence is the tunnel's.
  if (idleMs > 0) upstream.setTimeout(idleMs, () => end('idle'));
  else upstream.setTimeout(0);
  if ('setKeepAlive' in client) (client as Socket).setKeepAlive(true, KEEP_ALIVE_MS);
  if (fromUpstream.length > 0) client.write(fromUpstream);
  if (fromClient.length > 0) upstream.write(fromClient);
  client.pipe(upstream);
  upstream.pipe(client);
}
