import type { Matched } from '../core/exchange.ts';
import type { Facts } from '../core/facts.ts';
import type { User } from '../core/identity.ts';
import { isPromise, type Maybe } from '../core/maybe.ts';
import { memoOf } from '../core/memo.ts';
import { Refusal } from '../core/refusal.ts';
import type { HeaderTemplate, Rules } from '../core/rules.ts';
import type { Step } from '../core/words.ts';

/** Renders the route's identity headers. Writes `identityHeaders`; stripping the client's is part of forwarding. */
export function identify({ identify: templates, assertion }: Rules): Step | undefined {
  if (templates.length === 0 && !assertion) return undefined;
  const ofUser = memoOf((user: User) => render(templates, { user, params: {}, request: {} }));
  const ofUserOnly = templates.every((template) => template.ofUserOnly);
  return {
    name: 'identify',
    run(exchange) {
      try {
        exchange.identityHeaders = ofUserOnly
          ? ofUser(exchange.identity.user)
          : render(templates, exchange.facts);
        return assertion && sign(exchange, assertion.header, assertion.assert(exchange));
      } catch {
        return failed();
      }
    },
  };
}

function render(templates: readonly HeaderTemplate[], facts: Facts): string[] {
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
