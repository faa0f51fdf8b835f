import type { Observe, Outcome } from '../core/outcome.ts';
import type { Log } from '../core/words.ts';

/** Characters of a field that a client chose. */
const LONGEST = 256;
/** Characters of a reason: Postern's own words, with what they quote. */
const LONGEST_REASON = 1_024;

/** One line per request. Nothing in it is the client's to forge, and none of it is secret: no query, no credential. */
export function accessLog(log: Log): Observe {
  return (outcome) => {
    const { decision, delivery, refusal, status, durationMs } = outcome;
    const { exchange } = decision;
    const { identity, route } = exchange;
    const { upstreamMs, upgrade } = delivery ?? {};
    log.info(
      {
        request_id: exchange.id,
        method: exchange.method,
        host: bounded(exchange.host),
        path: bounded(exchange.target.path),
        client: exchange.client,
        route: route?.id,
        decision: wordFor(outcome),
        step: refusal?.verb,
        code: refusal?.code,
        reason: refusal && bounded(refusal.reason, LONGEST_REASON),
        place: refusal && route?.place,
        status,
        user: identity.user.id === undefined ? undefined : bounded(identity.user.id),
        by: identity.by,
        duration_ms: rounded(durationMs),
        upstream_ms: upstreamMs === undefined ? undefined : rounded(upstreamMs),
        bytes: delivery?.bytesSent ?? 0,
        bytes_received: upgrade?.bytesReceived,
        ended_by: upgrade?.endedBy,
      },
      'request',
    );
  };
}

function wordFor({ decision, abandoned, refusal }: Outcome): 'forward' | 'refuse' | 'answer' | 'abandoned' {
  if (abandoned) return 'abandoned';
  if (refusal) return 'refuse';
  return decision.kind === 'forward' ? 'forward' : 'answer';
}

/** JSON escapes the C0 controls; the rest that a terminal would obey, or that is invisible, is escaped here. */
function bounded(text: string, longest = LONGEST): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short.replace(
    /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
