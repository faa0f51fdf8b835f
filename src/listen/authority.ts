import type { Headers } from '../core/head.ts';

/** What of a trusted proxy's word on the host is believed, beside its `X-Forwarded-For` and `-Proto`. */
export interface TrustedHost {
  /** `X-Forwarded-Host` takes the place of `Host`. */
  host: boolean;
  /** `X-Forwarded-Port` takes the place of the port in it. */
  port: boolean;
}

/** The host and port that the client asked for, as the trusted proxy in front tells them; the first of a list is the client's. */
export function forwardedAuthority(headers: Headers, scheme: 'http' | 'https', trusted: TrustedHost): string {
  const host = (trusted.host && firstOf(headers['x-forwarded-host'])) || (headers.host ?? '');
  const port = trusted.port ? firstOf(headers['x-forwarded-port']) : '';
  if (port === '') return host;
  const name = host.replace(/:\d*$/, '');
  return port === (scheme === 'https' ? '443' : '80') ? name : `${name}:${port}`;
}

function firstOf(value: string | undefined): string {
  return (value ?? '').split(',', 1)[0]?.trim() ?? '';
}
