import type { Exchange } from './exchange.ts';

/** What expressions and header templates may read. */
export interface Facts {
  user: Readonly<Record<string, unknown>>;
  /** Path parameters, percent-decoded once, as the upstream will read them. */
  params: Readonly<Record<string, string>>;
  request: Readonly<Record<string, unknown>>;
}

const known = new WeakMap<Exchange, Facts>();

/** The facts of a request; made once, and only where something asks. */
export function factsOf(exchange: Exchange): Facts {
  const made = known.get(exchange);
  if (made) return made;
  const facts: Facts = {
    user: exchange.identity.user,
    params: decoded(exchange.params),
    request: {
      id: exchange.id,
      method: exchange.method,
      path: exchange.target.path,
      host: exchange.host,
      address: exchange.client,
    },
  };
  known.set(exchange, facts);
  return facts;
}

/** The gate has made sure that every segment decodes. */
function decoded(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, raw]) => [name, decodeURIComponent(raw)]));
}
