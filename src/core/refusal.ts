import { REFUSALS, type RefusalCode, type Verb } from './refusals.ts';

interface RefusalOptions {
  /** Replaces the status of the table: 403 where the first authenticator names no challenge (DRF). */
  status?: number;
  /** Replaces the client's text of the table, or fills its `%s`. */
  detail?: string | undefined;
  fill?: string;
  headers?: Record<string, string>;
  /** Further members of the client's body, beside `detail`. */
  extra?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A decision against a request: a value, not an exception. `reason` is for the operator's log only;
 * the client reads `detail`.
 */
export class Refusal {
  readonly code: RefusalCode;
  readonly verb: Verb;
  readonly status: number;
  readonly detail: string;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  private readonly extra: Readonly<Record<string, unknown>> | undefined;

  constructor(code: RefusalCode, reason: string, options: RefusalOptions = {}) {
    const kind = REFUSALS[code];
    this.code = code;
    this.verb = kind.verb;
    this.status = options.status ?? kind.status;
    this.detail = options.detail ?? kind.detail.replace('%s', options.fill ?? '');
    this.reason = reason;
    this.headers = options.headers ?? {};
    this.extra = options.extra;
  }

  /** The body that the client reads, in the shape of Django REST framework's errors. */
  body(): string {
    return JSON.stringify({ detail: this.detail, ...this.extra });
  }
}
