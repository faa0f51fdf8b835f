import type { Logger } from 'pino';
import type { Exchange } from '../core/exchange.ts';

/** Told of every request at its end; `status` is 0 when the client went away before there was a reply. */
export type Observe = (exchange: Exchange, status: number, durationMs: number) => void;

const LONGEST = 256;

/** One line per request. Nothing in it is the client's to forge, and none of it is secret: no query, no credential. */
export function accessLog(log: Logger): Observe {
  return (exchange, status, durationMs) => {
    const { identity, refusal, upstreamMs } = exchange;
    log.info(
      {
        request_id: exchange.id,
        method: exchange.method,
        host: bounded(exchange.host),
        path: bounded(exchange.target.path),
        client: exchange.client,
        route: exchange.route?.id,
        decision: refusal ? 'refuse' : exchange.preflight ? 'answer' : 'forward',
        step: refusal?.verb,
        code: refusal?.code,
        reason: refusal && bounded(refusal.reason),
        place: refusal && exchange.route?.place,
        status,
        user: identity.user.id === undefined ? undefined : bounded(identity.user.id),
        by: identity.by,
        duration_ms: rounded(durationMs),
        upstream_ms: upstreamMs === undefined ? undefined : rounded(upstreamMs),
        bytes: exchange.bytesSent,
      },
      'request',
    );
  };
}

/** JSON escapes the C0 controls; the rest that a terminal would obey, or that nobody sees, is escaped here. */
function bounded(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short.replace(
    /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
