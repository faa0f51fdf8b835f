import type { RequestBody } from '../request-body.ts';
import type { Flight, Sink } from './transport.ts';

/** What carries a request. */
interface Carrier {
  resume(): void;
  abandon(): void;
}

/** A request on its way over a connection of ours. */
export class DirectFlight implements Flight {
  /** As it is sent. */
  readonly head: string;
  readonly body: RequestBody | undefined;
  readonly sink: Sink;
  /** The reply has no body, whatever it says. */
  readonly bodiless: boolean;
  /** Whether it may be sent once more when a server provably has not read it. */
  repeatable: boolean;
  carrier: Carrier | undefined = undefined;

  constructor(head: string, method: string, body: RequestBody | undefined, sink: Sink) {
    this.head = head;
    this.body = body;
    this.sink = sink;
    this.bodiless = method === 'HEAD';
    this.repeatable = body === undefined && (method === 'GET' || method === 'HEAD');
  }

  resume(): void {
    this.carrier?.resume();
  }

  abort(): void {
    this.carrier?.abandon();
  }
}
