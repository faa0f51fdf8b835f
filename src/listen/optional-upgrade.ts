import type { IncomingMessage } from 'node:http';

/** RFC 6455 §4.1: the one protocol to upgrade to. */
const WEBSOCKET = /(?:^|,)\s*websocket\s*(?:[/,]|$)/i;

/**
 * True for an upgrade that a server may ignore (RFC 9110 §7.8), as clients expect that offer h2c or TLS with an
 * ordinary request: Java's HttpClient, Apache HttpClient, `curl --http2`.
 */
export function isOptional({ method, headers }: IncomingMessage): boolean {
  return method !== 'CONNECT' && !WEBSOCKET.test(headers.upgrade ?? '');
}

/**
 * The head as it was sent, without its Upgrade lines: Node's parser stops behind a head that asks for an upgrade, and
 * a new one has to read the request again. Undefined when it cannot be written again.
 */
export function withoutUpgrade({
  method,
  url,
  httpVersion,
  rawHeaders,
}: IncomingMessage): Buffer | undefined {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const value = rawHeaders[at + 1] ?? '';
    if (/[\r\n]/.test(value)) return undefined;
    if (name.toLowerCase() !== 'upgrade') head += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${head}\r\n`, 'latin1');
}
