import { connect as connectPlain, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Target } from '../target.ts';

/** How long a connection that carries nothing stays silent before TCP asks whether the other end is there, in milliseconds. */
export const KEEP_ALIVE_MS = 60_000;

export interface Connecting {
  target: Target;
  connectMs: number;
  onread?: OnReadOpts;
  connected(): void;
  /** Nothing has been sent. */
  failed(error: Error): void;
}

/**
 * Opens a connection to a server. A certificate is always verified, against the name in the file. Whoever gets the
 * socket ends it: it stays open for writing when the server has ended its side.
 */
export function connect({ target, connectMs, onread, connected, failed }: Connecting): Socket {
  const options = { ...target.address, allowHalfOpen: true, noDelay: true, ...(onread && { onread }) };
  const socket = target.secure
    ? connectSecure({
        ...options,
        servername: target.serverName,
        rejectUnauthorized: true,
        ALPNProtocols: ['http/1.1'],
      })
    : connectPlain(options);
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
  }, connectMs);
  socket.once(target.secure ? 'secureConnect' : 'connect', () => {
    clearTimeout(timer);
    socket.off('error', fail).off('close', close).setKeepAlive(true, KEEP_ALIVE_MS);
    connected();
  });
  function fail(error: Error): void {
    clearTimeout(timer);
    failed(error);
  }
  /** Destroyed, or ended by a server in the middle of a TLS handshake. */
  function close(): void {
    clearTimeout(timer);
  }
  socket.once('error', fail).once('close', close);
  return socket;
}

/**
 * A server that answers before it has read a body, and closes, makes the next write fail while its answer waits to be
 * read. With this a failed write does not destroy the socket: reading goes on, and tells what has become of it.
 *
 * @param onFailure called once, when a write has failed; what is written after that goes nowhere
 */
export function surviveFailedWrites(socket: Socket, onFailure: () => void): void {
  const { _write: write, _writev: writeMany } = socket;
  let failed = false;
  const settle = (done: () => void) => (error?: Error | null) => {
    if (error && !failed) {
      failed = true;
      onFailure();
    }
    done();
  };
  socket._write = (chunk, encoding, done) => {
    if (failed) done();
    else write.call(socket, chunk, encoding, settle(done));
  };
  if (!writeMany) return;
  socket._writev = (chunks, done) => {
    if (failed) done();
    else writeMany.call(socket, chunks, settle(done));
  };
}
