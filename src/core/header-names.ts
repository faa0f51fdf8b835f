/** A header name as the laxest backend reads it: letter case, `_` and `.` make no difference to it. */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll(/[_.]/g, '-');
}

/** RFC 9110 §7.6.1, RFC 9112 §9.6 and their forerunners: headers for one connection, never for the next. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Framing that no `Connection` header may take away. */
const KEPT = new Set(['content-length', 'content-type', 'host', 'close', 'keep-alive']);

/** The header names, lower-case, that `Connection` declares to be for this connection only. */
export function connectionNames(connection: string | undefined): ReadonlySet<string> {
  if (!connection) return NONE;
  const names = connection.split(',').map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => name !== '' && !KEPT.has(name)));
}

const NONE: ReadonlySet<string> = new Set();
