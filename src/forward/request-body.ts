import type { IncomingMessage } from 'node:http';
import { hasBody } from '../core/body.ts';
import { Refusal } from '../core/refusal.ts';
import type { BodyLimits } from '../core/route.ts';

/** Who takes a body, piece by piece. */
export interface BodyReader {
  /** False when it can take no more before `RequestBody.resume`. */
  data(chunk: Buffer): boolean;
  end(): void;
  /** The body broke a limit: nothing more of it comes. */
  refused(refusal: Refusal): void;
}

/** What must arrive within `body_idle` to count as progress, in bytes: single bytes could keep a request alive for ever. */
const PROGRESS = 1_024;

/**
 * The body of a client's request, measured on its way: neither too large nor too slow. Nothing of it is read before
 * there is a connection that can take it, so that a request whose connection fails can go elsewhere.
 */
export class RequestBody {
  /** Sent in chunks, without a length. */
  readonly chunked: boolean;
  private readonly request: IncomingMessage;
  private readonly limits: BodyLimits;
  private reader: BodyReader | undefined;
  private timer: NodeJS.Timeout | undefined;
  private bytes = 0;
  private progress = 0;
  private paused = false;

  constructor(request: IncomingMessage, limits: BodyLimits) {
    this.request = request;
    this.limits = limits;
    this.chunked = request.headers['transfer-encoding'] !== undefined;
  }

  /** Starts reading. */
  begin(reader: BodyReader): void {
    const { request, limits } = this;
    this.reader = reader;
    if (limits.idleMs > 0) this.timer = setTimeout(this.idle, limits.idleMs);
    request.on('data', this.take).once('end', this.end);
  }

  resume(): void {
    if (!this.reader) return;
    this.paused = false;
    this.request.resume();
  }

  /** Reads nothing more; the request itself is not destroyed, since it may have to be answered. */
  stop(): void {
    if (!this.reader) return;
    this.reader = undefined;
    clearTimeout(this.timer);
    this.request.off('data', this.take).off('end', this.end).pause();
  }

  private readonly take = (chunk: Buffer): void => {
    const { limits, reader } = this;
    this.bytes += chunk.length;
    if (this.bytes > limits.bytes) {
      this.refuse(new Refusal('body_too_large', `more than ${limits.bytes} bytes`));
      return;
    }
    this.progress += chunk.length;
    if (this.progress >= PROGRESS) {
      this.progress = 0;
      this.timer?.refresh();
    }
    if (reader?.data(chunk) !== false) return;
    this.paused = true;
    this.request.pause();
  };

  private readonly end = (): void => {
    const { reader } = this;
    this.stop();
    reader?.end();
  };

  /** While the server has not taken what is here already, the pause is its own. */
  private readonly idle = (): void => {
    if (this.paused) this.timer?.refresh();
    else this.refuse(new Refusal('body_too_slow', `less than ${PROGRESS} bytes in ${this.limits.idleMs} ms`));
  };

  private refuse(refusal: Refusal): void {
    const { reader } = this;
    this.stop();
    reader?.refused(refusal);
  }
}

/** The body of a request; undefined when it has none. */
export function bodyOf(request: IncomingMessage, limits: BodyLimits): RequestBody | undefined {
  return hasBody(request) ? new RequestBody(request, limits) : undefined;
}
