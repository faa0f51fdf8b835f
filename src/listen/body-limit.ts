import type { Exchange } from '../core/exchange.ts';
import { Refusal } from '../core/refusal.ts';

/** Refuses a body that says itself that it is too large; one that does not say is measured on its way. */
export function bodyWithinLimit({ headers, route }: Exchange): Refusal | undefined {
  const length = headers['content-length'];
  if (length === undefined || !route || Number(length) <= route.body.bytes) return undefined;
  return new Refusal('body_too_large', `content-length ${length} is more than ${route.body.bytes} bytes`);
}
