import type { Delivery } from '../core/delivery.ts';
import type { Sending } from '../core/upstream.ts';
import type { Failure } from './failure.ts';
import type { Places } from './places.ts';
import { Relay, type RelayOwner } from './relay.ts';
import { bodyOf, type RequestBody } from './request-body.ts';
import { type Server, type Servers, Tries } from './servers.ts';

/** A request on its way to one of several servers, and to the next when no connection can be made. */
export class Attempts implements RelayOwner {
  private readonly sending: Sending;
  private readonly places: Places;
  private readonly tries: Tries;
  private readonly body: RequestBody | undefined;
  private readonly relay: Relay;

  constructor(sending: Sending, servers: Servers, places: Places) {
    this.sending = sending;
    this.places = places;
    this.tries = new Tries(servers);
    this.body = bodyOf(sending.request, sending.outbound.body);
    this.relay = new Relay(sending, this);
  }

  start(): Delivery {
    this.attempt(this.tries.first());
    return this.relay;
  }

  retried(failure: Failure): boolean {
    return this.attempt(this.tries.after(failure));
  }

  ended(): void {
    this.places.release(this.sending.outbound.caller);
  }

  private attempt(server: Server | undefined): boolean {
    if (!server) return false;
    this.relay.follow(server.transport.send(this.sending.outbound, this.body, this.relay));
    return true;
  }
}
