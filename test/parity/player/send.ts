import { type Response, request } from '../../support/raw.ts';

export interface Sending {
  /** Method and path. */
  http: string;
  /** Names and values in order; values are bytes shown as Latin-1. */
  headers?: readonly (readonly [string, string])[];
  body?: string;
}

/** Sends these bytes on a connection of their own, with a Host unless one is given. */
export function send(port: number, { http, headers = [], body }: Sending): Promise<Response> {
  const hosted = headers.some(([name]) => name.toLowerCase() === 'host');
  const lines = [
    ...(hosted ? [] : [`Host: 127.0.0.1:${port}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  const head = `${http} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')]);
  return request(port, bytes, { noBody: http.startsWith('HEAD ') });
}
