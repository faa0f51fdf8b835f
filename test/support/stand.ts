import type { Test } from 'tap';
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
import type { Pair } from './http.ts';
import { invariantsOf } from './invariants.ts';
import { type Response, type ResponseOptions, request } from './raw.ts';
import { startUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';
import { openWebSocket } from './websocket.ts';

/** A gateway in front of an upstream that records: what an attack needs. */
export interface Stand {
  gateway: Gateway;
  upstream: Upstream;
  port: number;
  /** Sends raw bytes on a connection of their own. */
  send(bytes: Buffer | string, options?: ResponseOptions): Promise<Response>;
  /** A GET of a target with these headers, and Host. */
  get(target: string, headers?: readonly Pair[]): Promise<Response>;
  /** The status of the answer to an upgrade; the socket is closed after it. */
  upgrade(target: string, headers?: readonly Pair[]): Promise<number>;
  /** What does not hold of the requests that have arrived since the last call. */
  broken(): Promise<string[]>;
}

export interface StandOptions extends UpstreamOptions {
  gateway?: GatewayOptions;
  /** Further authenticators, and keys of the file behind them, as YAML. */
  more?: string;
  /** Further keys of the file before all others. */
  top?: string;
  /** Further routes, one a line. */
  routes?: readonly string[];
  /** Further records of the store, one a line of YAML. */
  records?: readonly string[];
  /** Further names of the same upstream, with the options of each as YAML. */
  upstreams?: Readonly<Record<string, string>>;
}

/** Ada is staff and has the id 7; Bob has the id 8. */
export const ADA: Pair = ['Authorization', 'Token ada'];
export const BOB: Pair = ['Authorization', 'Token bob'];

export async function stand(t: Test, options: StandOptions = {}): Promise<Stand> {
  const { gateway: gatewayOptions, ...upstreamOptions } = options;
  const upstream = await startUpstream(upstreamOptions);
  t.teardown(() => upstream.close());
  const gateway = await startGateway(house(upstream.url, options), gatewayOptions);
  t.teardown(() => gateway.close());
  const { port } = gateway;
  return {
    gateway,
    upstream,
    port,
    send: (bytes, how) => request(port, bytes, how),
    get: (target, headers = []) => request(port, head('GET', target, headers)),
    async upgrade(target, headers = []) {
      const socket = await openWebSocket(port, target, headers);
      const { status } = socket.response;
      socket.raw.destroy();
      await socket.raw.closed;
      return status;
    },
    broken: invariantsOf(gateway, upstream, { strip: { cut: '/api' } }),
  };
}

/** The head of a request as bytes, with a Host unless one is given. */
export function head(method: string, target: string, headers: readonly Pair[] = []): string {
  const hosted = headers.some(([name]) => name.toLowerCase() === 'host');
  const all: Pair[] = [...(hosted ? [] : [['Host', 'gate.test'] satisfies Pair]), ...headers];
  return `${method} ${target} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

function house(
  url: string,
  { more = '', top = '', routes = [], upstreams = {}, records = [] }: StandOptions,
): string {
  const others = Object.entries(upstreams).map(([name, given]) => `  ${name}: { url: '${url}', ${given} }\n`);
  return `
version: 1
guard: off
store: memory
${top}
records:
  token:ada: { id: 7, username: ada, is_staff: true }
  token:bob: { id: 8, username: bob }
${records.join('\n')}
upstreams:
  back: '${url}'
${others.join('')}authenticators:
  token: { type: redis-token }
${more}
routes:
  - { id: public, path: /public/**, authenticate: [token], permit: anyone, forward: back }
  - { id: nobody, path: /nobody/**, permit: anyone, forward: back }
  - { id: mine, path: /mine/**, authenticate: [token], forward: back }
  - { id: admin, path: /admin/**, authenticate: [token], permit: staff, forward: back }
  - { id: chat, path: /chat/**, authenticate: [token], permit: anyone, forward: { upstream: back, websocket: true } }
  - { id: club, path: /club/**, authenticate: [token], forward: { upstream: back, websocket: true } }
  - { id: cut, path: /api/**, permit: anyone, identify: { X-Cut: /api }, forward: { upstream: back, strip_prefix: /api, websocket: true } }
${routes.map((route) => `  - ${route}\n`).join('')}`;
}
