import type { Socket } from 'node:net';
import { addressKey } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Exchange } from '../core/exchange.ts';
import { then } from '../core/maybe.ts';
import type { Rate } from '../core/rate.ts';
import { Refusal } from '../core/refusal.ts';
import type { Step } from '../core/words.ts';
import { AddressCounter } from './address-counter.ts';

export interface GuardOptions {
  clock: Clock;
  rate: Rate | undefined;
  failedLogins: Rate | undefined;
  connections: number;
  /** Connections of trusted proxies carry the requests of many. */
  trusted(address: string): boolean;
}

/** What stands before authentication: limits by address, counted here and now, so that they cost next to nothing. */
export class Guard {
  private readonly clock: Clock;
  private readonly requests: AddressCounter | undefined;
  private readonly failures: AddressCounter | undefined;
  private readonly mostConnections: number;
  private readonly trusted: (address: string) => boolean;
  private readonly connections = new Map<string, number>();

  constructor({ clock, rate, failedLogins, connections, trusted }: GuardOptions) {
    this.clock = clock;
    this.requests = rate && new AddressCounter(rate);
    this.failures = failedLogins && new AddressCounter(failedLogins);
    this.mostConnections = connections;
    this.trusted = trusted;
  }

  /** Counts a request, or refuses it. */
  admit(exchange: Exchange): Refusal | undefined {
    if (!this.requests) return undefined;
    const now = this.clock.now();
    const { clientKey: address } = exchange;
    const waitMs = this.requests.wait(address, now);
    if (waitMs > 0) return tooMany('too_many_requests', 'this address sends too many requests', waitMs);
    this.requests.add(address, now);
    return undefined;
  }

  /** Wraps an authentication step: an address that has guessed too often is refused before any look-up. */
  watch(authenticate: Step | undefined): Step | undefined {
    const { failures, clock } = this;
    if (!failures || !authenticate) return authenticate;
    return {
      name: 'authenticate',
      run(exchange, trace) {
        const { clientKey: address } = exchange;
        const waitMs = failures.wait(address, clock.now());
        if (waitMs > 0)
          return tooMany('too_many_failed_logins', 'too many refused credentials from this address', waitMs);
        return then(authenticate.run(exchange, trace), (ending) => {
          if (ending instanceof Refusal && ending.code === 'bad_credential')
            failures.add(address, clock.now());
          return ending;
        });
      },
    };
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

function tooMany(
  code: 'too_many_requests' | 'too_many_failed_logins',
  reason: string,
  waitMs: number,
): Refusal {
  const seconds = Math.max(Math.ceil(waitMs / 1_000), 1);
  const fill = seconds === 1 ? '1 second' : `${seconds} seconds`;
  return new Refusal(code, reason, { fill, headers: { 'retry-after': String(seconds) } });
}
