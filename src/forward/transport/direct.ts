import type { Outbound } from '../../core/outbound.ts';
import { badReply } from '../failure.ts';
import type { RequestBody } from '../request-body.ts';
import type { Target } from '../target.ts';
import { Connection, type ConnectionPool } from './connection.ts';
import { DirectFlight } from './direct-flight.ts';
import { requestHead } from './request-head.ts';
import type { Flight, Sink, Transport, TransportOptions } from './transport.ts';

/** Requests over kept-alive connections of our own, with one in flight on each. */
export class DirectTransport implements Transport, ConnectionPool {
  readonly target: Target;
  readonly options: TransportOptions;
  private readonly open = new Set<Connection>();
  /** The one used last is used next, so that those that are not needed come to their end. */
  private readonly idle: Connection[] = [];
  private due: Connection[] = [];
  private sweeping: NodeJS.Timeout | undefined;

  constructor(target: Target, options: TransportOptions) {
    this.target = target;
    this.options = options;
  }

  send(outbound: Outbound, body: RequestBody | undefined, sink: Sink): Flight {
    const flight = new DirectFlight(requestHead(outbound, this.target, body), outbound.method, body, sink);
    this.start(flight);
    return flight;
  }

  start(flight: DirectFlight): void {
    const connection = this.takeIdle();
    if (!connection) {
      this.startFresh(flight);
      return;
    }
    connection.claim(flight);
    // What the server has sent meanwhile, its end or bytes that nobody asked for, is read before the request goes out.
    if (this.due.push(connection) === 1) setImmediate(this.sendDue);
  }

  startFresh(flight: DirectFlight): void {
    const connection = new Connection(this);
    this.open.add(connection);
    connection.claim(flight);
  }

  release(connection: Connection, keptMs: number | undefined): void {
    const { keepAliveMs } = this.options;
    // A second before the server's own end, so that no request crosses it.
    const keepMs = keptMs === undefined ? keepAliveMs : Math.min(keepAliveMs, keptMs - 1_000);
    if (keepMs <= 0) {
      connection.destroy();
      return;
    }
    connection.idleUntil = performance.now() + keepMs;
    this.idle.push(connection);
    this.sweeping ??= setTimeout(this.sweep, keepAliveMs).unref();
  }

  forget(connection: Connection): void {
    this.open.delete(connection);
    const at = this.idle.lastIndexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }

  async close(): Promise<void> {
    clearTimeout(this.sweeping);
    for (const connection of this.open) connection.fail(badReply('the gateway is closing'));
  }

  private readonly sendDue = (): void => {
    const { due } = this;
    this.due = [];
    for (const connection of due) connection.send();
  };

  private takeIdle(): Connection | undefined {
    const now = performance.now();
    for (let connection = this.idle.pop(); connection; connection = this.idle.pop()) {
      if (now < connection.idleUntil) return connection;
      connection.destroy();
    }
    return undefined;
  }

  /** Closes what has been idle for too long; comes back when the next one may be. */
  private readonly sweep = (): void => {
    const now = performance.now();
    for (const connection of this.idle.filter(({ idleUntil }) => idleUntil <= now)) connection.destroy();
    const next = Math.min(...this.idle.map(({ idleUntil }) => idleUntil));
    this.sweeping = this.idle.length > 0 ? setTimeout(this.sweep, Math.ceil(next - now)).unref() : undefined;
  };
}
