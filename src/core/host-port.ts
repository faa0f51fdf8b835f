/** Where to listen. */
export interface Address {
  host: string;
  port: number;
}

/** Reads `host:port` or `[IPv6]:port`; no host is every one of this machine, the port 0 takes any free one. */
export function parseAddress(text: string): Address | undefined {
  const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[^:\s]*):([0-9]{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host: host === '' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
