import type { IncomingMessage } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { hasBody } from '../core/body.ts';
import { Refusal } from '../core/refusal.ts';
import type { BodyLimits } from '../core/route.ts';

/** A request body broke a limit on its way; the refusal is what the client gets. */
export class BodyRefused extends Error {
  override name = 'BodyRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

/** What has to arrive within `body_idle` to count as progress, in bytes: single bytes could keep a request alive for ever. */
const PROGRESS = 1_024;

/** Passes a request body on, as long as it is neither too large nor too slow. Ends with `BodyRefused` when it is. */
export class BodyMeter extends Transform {
  private readonly limits: BodyLimits;
  private readonly timer: NodeJS.Timeout | undefined;
  private bytes = 0;
  private progress = 0;

  constructor(limits: BodyLimits) {
    super();
    this.limits = limits;
    if (limits.idleMs > 0) this.timer = setTimeout(() => this.idle(), limits.idleMs);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limits.bytes) {
      done(new BodyRefused(new Refusal('body_too_large', `more than ${this.limits.bytes} bytes`)));
      return;
    }
    this.progress += chunk.length;
    if (this.progress >= PROGRESS) {
      this.progress = 0;
      this.timer?.refresh();
    }
    done(null, chunk);
  }

  /** While the upstream has not taken what is here already, the pause is its own. */
  private idle(): void {
    if (this.readableLength > 0) this.timer?.refresh();
    else
      this.destroy(
        new BodyRefused(
          new Refusal('body_too_slow', `less than ${PROGRESS} bytes in ${this.limits.idleMs} ms`),
        ),
      );
  }

  override _flush(done: TransformCallback): void {
    clearTimeout(this.timer);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.timer);
    done(error);
  }
}

/** The body of a request, measured; undefined when it has none. The request itself is never destroyed: it is to be answered. */
export function measured(request: IncomingMessage, limits: BodyLimits): BodyMeter | undefined {
  if (!hasBody(request)) return undefined;
  const meter = new BodyMeter(limits);
  request.once('error', (error) => meter.destroy(error));
  return request.pipe(meter);
}
