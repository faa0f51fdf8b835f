import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Headers } from './head.ts';

/** RFC 9112 §6.3: a request has a body when its head says so. */
export function hasBody({ headers }: { headers: Headers | IncomingMessage['headers'] }): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return headers['content-length'] !== undefined && headers['content-length'] !== '0';
}

/** True while a part of the body has not been read; the connection cannot carry another request then. */
export function bodyPending(request: IncomingMessage): boolean {
  return !request.complete && hasBody(request);
}

/** How long a client that is still sending has to read why nobody listens any more, in milliseconds. */
const LINGER_MS = 1_000;

/**
 * Closing a socket that has unread bytes resets the connection, and the client may never see its answer. With this,
 * once the response is out its end is sent, nothing more is read, and the socket goes a moment later.
 */
export function closeGently({ req, socket }: ServerResponse): void {
  if (!socket) return;
  // Node reads a body to its end, at full speed, that nobody has begun to read when the answer is out.
  req.read(0);
  socket.destroySoon = () => {
    socket.end();
    socket.pause();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
  };
}

/** The rest of a body is read and thrown away where the head says that it is no longer than this, in bytes. */
const SHORT = 65_536;
/** How long that may take, in milliseconds. */
const SHORT_MS = 2_000;

/**
 * Sees to the rest of the request's body, before an answer that nobody needs it for: a short one is dropped, so that
 * the connection can be used again. True when the connection has to end with the answer.
 */
export function endsWithBody(response: ServerResponse): boolean {
  const { req } = response;
  if (!bodyPending(req)) return false;
  // Who waits for a 100 may never send the body.
  if (req.headers.expect === undefined && Number(req.headers['content-length']) <= SHORT) {
    drop(req);
    return false;
  }
  closeGently(response);
  return true;
}

function drop(request: IncomingMessage): void {
  const timer = setTimeout(() => request.socket.destroy(), SHORT_MS);
  request.once('close', () => clearTimeout(timer));
  request.unpipe();
  request.resume();
}
