import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { UpgradeDelivery } from '../../core/delivery.ts';
import { KEEP_ALIVE_MS } from '../transport/connect.ts';

type Side = 'client' | 'upstream';

export interface Ends {
  client: Duplex;
  /** What the client has sent already. */
  fromClient: Buffer;
  upstream: Socket;
  /** What the server has sent already. */
  fromUpstream: Buffer;
  /** Milliseconds that nothing may pass, in either direction; 0 for ever. */
  idleMs: number;
  /** Kept true while bytes pass. */
  delivery: { bytesSent: number; upgrade: UpgradeDelivery };
}

/** When one side has ended, how long the other has for its last words, in milliseconds. */
const GRACE_MS = 1_000;

/** Joins two sockets byte for byte. The end of one is the end of the other, and neither outlives a dead peer. */
export function join({ client, fromClient, upstream, fromUpstream, idleMs, delivery }: Ends): void {
  const { upgrade } = delivery;
  let grace: NodeJS.Timeout | undefined;

  function end(by: Side | 'idle'): void {
    upgrade.endedBy ??= by;
    clearTimeout(grace);
    client.destroy();
    upstream.destroy();
  }
  const unread = (): number => client.writableLength + upstream.writableLength;
  /** What is still on its way to either side has time, as long as some of it is taken. */
  function endSoon(by: Side, before = Number.POSITIVE_INFINITY): void {
    upgrade.endedBy ??= by;
    grace = setTimeout(() => {
      const left = unread();
      if (left === 0 || left >= before) end(by);
      else endSoon(by, left);
    }, GRACE_MS);
  }
  const watch = (side: Duplex, name: Side): void => {
    side.on('error', () => end(name)).once('close', () => end(name));
    side.once('end', () => {
      if (!grace) endSoon(name);
    });
  };
  watch(client, 'client');
  watch(upstream, 'upstream');

  // Every byte in either direction passes this socket, so that its silence is the tunnel's.
  upstream.setTimeout(idleMs, () => end('idle'));
  if ('setKeepAlive' in client) (client as Socket).setKeepAlive(true, KEEP_ALIVE_MS);
  client.on('data', ({ length }: Buffer) => {
    upgrade.bytesReceived += length;
  });
  upstream.on('data', ({ length }: Buffer) => {
    delivery.bytesSent += length;
  });
  // As if it had just arrived, so that it is counted and waits for its turn.
  if (fromUpstream.length > 0) upstream.unshift(fromUpstream);
  if (fromClient.length > 0) client.unshift(fromClient);
  client.pipe(upstream);
  upstream.pipe(client);
}
