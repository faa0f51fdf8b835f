import type { Failure } from './failure.ts';
import type { Target } from './target.ts';
import type { Transport } from './transport/transport.ts';

/** One server of an upstream, and how requests reach it. */
export interface Server {
  readonly target: Target;
  readonly transport: Transport;
}

/** How long a server that could not be connected to comes last, in milliseconds: clients should not wait for it. */
const AVOIDED_MS = 1_000;

/** The servers of an upstream, in turn. */
export class Servers {
  readonly all: readonly Server[];
  private readonly avoided = new Map<Server, number>();
  private turn = 0;

  constructor(all: readonly Server[]) {
    this.all = all;
  }

  /** The next of those that are not in `tried`; one that failed a moment ago only when there is no other. */
  next(tried: readonly Server[]): Server | undefined {
    const { length } = this.all;
    let last: Server | undefined;
    for (let step = 0; step < length; step++) {
      const at = (this.turn + step) % length;
      const server = this.all[at] as Server;
      if (tried.includes(server)) continue;
      if (this.avoided.size > 0 && this.isAvoided(server)) {
        last ??= server;
        continue;
      }
      this.turn = (at + 1) % length;
      return server;
    }
    return last;
  }

  /** No connection could be made to it. */
  unreachable(server: Server): void {
    this.avoided.set(server, performance.now() + AVOIDED_MS);
  }

  private isAvoided(server: Server): boolean {
    const until = this.avoided.get(server);
    if (until === undefined) return false;
    if (performance.now() < until) return true;
    this.avoided.delete(server);
    return false;
  }
}

const NONE: readonly Server[] = [];

/** The servers that one request is tried on. */
export class Tries {
  private readonly servers: Servers;
  private tried = NONE;
  private last: Server | undefined = undefined;

  constructor(servers: Servers) {
    this.servers = servers;
  }

  first(): Server | undefined {
    this.last = this.servers.next(NONE);
    return this.last;
  }

  /** Another server, when the last one has received nothing. */
  after({ unsent }: Failure): Server | undefined {
    if (!unsent || !this.last) return undefined;
    this.servers.unreachable(this.last);
    this.tried = [...this.tried, this.last];
    this.last = this.servers.next(this.tried);
    return this.last;
  }
}
