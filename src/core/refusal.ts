import { type Translations, translated, translatedWithin } from './languages/index.ts';
import { REFUSALS, type RefusalCode, type Verb } from './refusals.ts';

const ENGLISH: Translations = {};

interface RefusalOptions {
  /** Replaces the status of the table: 403 where the first authenticator names no challenge (DRF). */
  status?: number;
  /** Replaces the client's text of the table, or fills its `%s`. */
  detail?: string | undefined;
  fill?: string;
  headers?: Record<string, string>;
  /** Further members of the client's body, beside `detail`. */
  extra?: Readonly<Record<string, unknown>> | undefined;
  /** Names the credential that was guessed, without telling it. */
  guess?: string | undefined;
}

/**
 * A decision against a request: a value, not an exception. `reason` is for the operator's log only;
 * the client reads `detail`.
 */
export class Refusal {
  readonly code: RefusalCode;
  readonly verb: Verb;
  readonly status: number;
  /** What the client reads, in English; `%s` stands for `fill` where there is one. */
  private readonly text: string;
  private readonly fill: string | undefined;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  private readonly extra: Readonly<Record<string, unknown>> | undefined;
  /** Names the credential that was guessed, without telling it. */
  readonly guess: string | undefined;

  constructor(code: RefusalCode, reason: string, options: RefusalOptions = {}) {
    const kind = REFUSALS[code];
    this.code = code;
    this.verb = kind.verb;
    this.status = options.status ?? kind.status;
    this.text = options.detail ?? kind.detail;
    this.fill = options.detail === undefined ? options.fill : undefined;
    this.reason = reason;
    this.headers = options.headers ?? {};
    this.extra = options.extra;
    this.guess = options.guess;
  }

  /** The body that the client reads, in the shape of Django REST framework's errors. */
  body(language: Translations = ENGLISH): string {
    const text = translated(this.text, language);
    const detail = this.fill === undefined ? text : text.replace('%s', () => this.fill ?? '');
    const extra = language === ENGLISH ? this.extra : translatedWithin(this.extra, language);
    return JSON.stringify({ detail, ...(extra as object | undefined) });
  }
}
