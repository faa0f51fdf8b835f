import { factsOf } from '../core/facts.ts';
import { Refusal } from '../core/refusal.ts';
import type { Route } from '../core/route.ts';
import type { Handler } from '../core/words.ts';

/** Renders the route's identity headers. Writes `identityHeaders`; stripping the client's is part of forwarding. */
export function identify(route: Route): Handler | undefined {
  const templates = route.identify;
  if (templates.length === 0) return undefined;
  return (exchange) => {
    const facts = factsOf(exchange);
    const headers: string[] = [];
    try {
      for (const { name, render } of templates) {
        const value = render(facts);
        if (value !== undefined && value !== '') headers.push(name, value);
      }
    } catch {
      return new Refusal('identity_failed', 'an identity header could not be made');
    }
    exchange.identityHeaders = headers;
    return undefined;
  };
}
