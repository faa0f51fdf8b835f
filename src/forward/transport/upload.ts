import type { Socket } from 'node:net';
import type { Refusal } from '../../core/refusal.ts';
import type { BodyReader, RequestBody } from '../request-body.ts';

export interface UploadEvents {
  /** All of the body is written, or the server does not take more for now: from here on its time counts. */
  handedOver(): void;
  /** The body broke a limit. */
  refused(refusal: Refusal): void;
}

/** Writes one request body to a connection, as fast as its server reads. */
export class Upload implements BodyReader {
  /** All of it is written. */
  complete = false;
  /** The server has not taken what is written already. */
  stuck = false;
  private readonly socket: Socket;
  private readonly body: RequestBody;
  private readonly events: UploadEvents;

  constructor(socket: Socket, body: RequestBody, events: UploadEvents) {
    this.socket = socket;
    this.body = body;
    this.events = events;
    body.begin(this);
  }

  data(chunk: Buffer): boolean {
    const { socket } = this;
    if (this.body.chunked) {
      socket.cork();
      socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
      socket.write(chunk);
      socket.write('\r\n', 'latin1');
      socket.uncork();
    } else socket.write(chunk);
    if (!socket.writableNeedDrain) return true;
    this.stuck = true;
    this.events.handedOver();
    return false;
  }

  end(): void {
    this.complete = true;
    if (this.body.chunked) this.socket.write('0\r\n\r\n', 'latin1');
    this.events.handedOver();
  }

  refused(refusal: Refusal): void {
    this.events.refused(refusal);
  }

  /** The server reads on. */
  drained(): void {
    this.stuck = false;
    this.body.resume();
  }

  stop(): void {
    this.body.stop();
  }
}
