import type { Matched } from '../core/exchange.ts';
import { isPromise, type Maybe } from '../core/maybe.ts';
import { Refusal } from '../core/refusal.ts';
import type { HeaderTemplate, Rules } from '../core/rules.ts';
import type { Step } from '../core/words.ts';

/** Renders the route's identity headers. Writes `identityHeaders`; stripping the client's is part of forwarding. */
export function identify({ identify: templates, assertion }: Rules): Step | undefined {
  if (templates.length === 0 && !assertion) return undefined;
  return {
    name: 'identify',
    run(exchange) {
      try {
        exchange.identityHeaders = render(templates, exchange);
        return assertion && sign(exchange, assertion.header, assertion.assert(exchange));
      } catch {
        return failed();
      }
    },
  };
}

function render(templates: readonly HeaderTemplate[], { facts }: Matched): string[] {
  const lines: string[] = [];
  for (const template of templates) {
    const value = template.render(facts);
    if (value !== undefined && value !== '') lines.push(template.name, value);
  }
  return lines;
}

function sign(
  exchange: Matched,
  header: string,
  token: Maybe<string | undefined>,
): Maybe<Refusal | undefined> {
  if (isPromise(token)) return token.then((made) => sign(exchange, header, made), failed);
  if (token !== undefined) exchange.identityHeaders = [...exchange.identityHeaders, header, token];
  return undefined;
}

function failed(): Refusal {
  return new Refusal('identity_failed', 'an identity header could not be made');
}
