import { shown } from '../../core/shown.ts';

/** What the registered claims of a token must be (RFC 7519 §4.1). */
export interface ClaimRules {
  /** One of these; undefined for any. */
  issuers: readonly string[] | undefined;
  /** One of these must be among the token's; undefined for any. */
  audiences: readonly string[] | undefined;
  /** Claims that must be there. */
  required: readonly string[];
  /** Seconds that `exp` may be in the past. */
  lateSeconds: number;
  /** Seconds that `nbf` and `iat` may be in the future. */
  earlySeconds: number;
}

type Payload = Readonly<Record<string, unknown>>;

/** The end of the year 9999, the last that calendars agree on: milliseconds where seconds belong are beyond it. */
const LAST_DATE = 253_402_300_799;

/** Which claim is not as it must be, in a sentence for the operator; undefined when all are. */
export function claimProblem(payload: Payload, rules: ClaimRules, nowSeconds: number): string | undefined {
  const missing = rules.required.find((name) => !Object.hasOwn(payload, name));
  if (missing !== undefined) return `${missing} is missing`;
  return (
    issuerProblem(payload, rules.issuers) ??
    audienceProblem(payload, rules.audiences) ??
    dateProblem(payload, rules, nowSeconds)
  );
}

export function issuerProblem({ iss }: Payload, expected: readonly string[] | undefined): string | undefined {
  if (expected === undefined || (typeof iss === 'string' && expected.includes(iss))) return undefined;
  return `iss is ${shown(iss)}, expected ${oneOf(expected)}`;
}

function audienceProblem({ aud }: Payload, expected: readonly string[] | undefined): string | undefined {
  if (expected === undefined) return undefined;
  const held: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (held.some((one) => typeof one === 'string' && expected.includes(one))) return undefined;
  return `aud is ${shown(aud)}, expected ${oneOf(expected)}`;
}

function dateProblem(payload: Payload, rules: ClaimRules, nowSeconds: number): string | undefined {
  const { exp, nbf, iat } = payload;
  for (const [name, value] of Object.entries({ exp, nbf, iat })) {
    if (value === undefined) continue;
    if (typeof value !== 'number' || Number.isNaN(value))
      return `${name} is ${shown(value)}, which is not a date`;
    if (Math.abs(value) > LAST_DATE) return `${name} is ${value}, which is beyond the year 9999`;
  }
  if (typeof exp === 'number' && exp <= nowSeconds - rules.lateSeconds)
    return `exp was ${seconds(nowSeconds - exp)} ago`;
  for (const [name, value] of Object.entries({ nbf, iat })) {
    if (typeof value === 'number' && value > nowSeconds + rules.earlySeconds)
      return `${name} is ${seconds(value - nowSeconds)} in the future`;
  }
  return undefined;
}

function seconds(value: number): string {
  return `${Math.ceil(value)} s`;
}

function oneOf(values: readonly string[]): string {
  const some = values.slice(0, 5).map(shown);
  return values.length > some.length ? `${some.join(', ')} or another` : some.join(' or ');
}
