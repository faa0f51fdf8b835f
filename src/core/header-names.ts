import { memo } from './memo.ts';

/** RFC 9110 §5.1 allows more; whatever is more, some backend folds into something else. */
const PLAIN = /^[A-Za-z0-9_-]+$/;

/** A header name as the laxest backend reads it: letter case, `_` and `.` make no difference to it. */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll(/[_.]/g, '-');
}

/** What there is to know of a header name by itself. */
export interface HeaderName {
  lower: string;
  folded: string;
  /** Letters, digits, `-` and `_` only. */
  plain: boolean;
}

/** Reads a header name as it was sent. Clients send the same few again and again. */
export const readName: (raw: string) => HeaderName = memo((raw) => {
  const lower = raw.toLowerCase();
  return { lower, folded: foldName(lower), plain: PLAIN.test(raw) };
});

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
export const connectionNames = (connection: string | undefined): ReadonlySet<string> =>
  connection ? named(connection) : NONE;

const named = memo((connection): ReadonlySet<string> => {
  const names = connection.split(',').map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => name !== '' && !KEPT.has(name)));
});

const NONE: ReadonlySet<string> = new Set();
