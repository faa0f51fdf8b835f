import type { Socket } from 'node:net';
import { addressKey } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Exchange } from '../core/exchange.ts';
import type { Rate } from '../core/rate.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Log, Step } from '../core/words.ts';
import { AddressCounter } from './address-counter.ts';
import { Guesses } from './guesses.ts';
import { tooMany } from './too-many.ts';

export interface GuardOptions {
  clock: Clock;
  log: Log;
  rate: Rate | undefined;
  failedLogins: Rate | undefined;
  /** Refuse valid credentials too, of an address that has guessed too often. */
  strict: boolean;
  connections: number;
  /** Connections of trusted proxies carry the requests of many. */
  trusted(address: string): boolean;
}

/** What stands before authentication: limits by address, counted here and now, so that they cost next to nothing. */
export class Guard {
  private readonly clock: Clock;
  private readonly requests: AddressCounter | undefined;
  private readonly guesses: Guesses | undefined;
  private readonly log: Log;
  private readonly mostConnections: number;
  private readonly trusted: (address: string) => boolean;
  private readonly connections = new Map<string, number>();
  private warned = false;

  constructor({ clock, log, rate, failedLogins, strict, connections, trusted }: GuardOptions) {
    this.clock = clock;
    this.log = log;
    this.requests = rate && new AddressCounter(rate);
    this.guesses = failedLogins && new Guesses(failedLogins, strict, clock);
    this.mostConnections = connections;
    this.trusted = trusted;
  }

  /** Counts a request, or refuses it. */
  admit(exchange: Exchange): Refusal | undefined {
    if (exchange.headers['x-forwarded-for'] !== undefined && !this.warned) this.warnOfProxy(exchange.peer);
    if (!this.requests) return undefined;
    const now = this.clock.now();
    const { clientKey: address } = exchange;
    const waitMs = this.requests.wait(address, now);
    if (waitMs > 0) return tooMany('too_many_requests', 'this address sends too many requests', waitMs);
    this.requests.add(address, now);
    return undefined;
  }

  /** Wraps an authentication step, so that guesses are counted. */
  watch(authenticate: Step | undefined): Step | undefined {
    return authenticate && this.guesses ? this.guesses.watch(authenticate) : authenticate;
  }

  /** Behind a proxy that is not listed, all callers are one address. */
  private warnOfProxy(peer: string): void {
    if (this.trusted(peer)) return;
    this.warned = true;
    this.log.warn(
      { peer },
      'X-Forwarded-For from an address that is not in trusted_proxies is not believed: if it is a proxy of yours, list it',
    );
  }

  /** Counts a connection; one too many is closed at once, since there is no request yet to answer. */
  readonly connected = (socket: Socket): void => {
    const peer = socket.remoteAddress ?? '';
    if (this.mostConnections === Number.POSITIVE_INFINITY || this.trusted(peer)) return;
    const address = addressKey(peer);
    const open = (this.connections.get(address) ?? 0) + 1;
    if (open > this.mostConnections) {
      socket.destroy();
      return;
    }
    this.connections.set(address, open);
    socket.once('close', () => {
      const left = (this.connections.get(address) ?? 1) - 1;
      if (left > 0) this.connections.set(address, left);
      else this.connections.delete(address);
    });
  };
}
