import { isIP } from 'node:net';

/** One server of an upstream. */
export interface Target {
  /** As in the file, without a final slash: what the log calls it. */
  name: string;
  secure: boolean;
  /** What its Host header says, where the client's is not preserved. */
  authority: string;
  /** What its certificate is checked against, and what is asked for by SNI: never a client's Host. */
  serverName: string;
  /** Where to connect to. */
  address: { host: string; port: number } | { path: string };
}

/** Reads `http://host:port`, `https://host` or `unix:/path`; undefined for anything else. */
export function parseTarget(text: string): Target | undefined {
  if (text.startsWith('unix:/')) {
    const path = text.slice('unix:'.length);
    return { name: text, secure: false, authority: 'localhost', serverName: 'localhost', address: { path } };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.hostname === '' || !/^https?:$/.test(url.protocol)) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const serverName = isIP(host) === 0 ? host : '';
  return { name: url.origin, secure, authority: url.host, serverName, address: { host, port } };
}
