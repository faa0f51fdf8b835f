import { challengeOf } from '../core/challenge.ts';
import type { Exchange } from '../core/exchange.ts';
import { Refusal } from '../core/refusal.ts';
import type { Route } from '../core/route.ts';
import type { Handler, Permission, Verdict } from '../core/words.ts';

/** Asks the route's permissions in order; all must hold. */
export function permit(route: Route): Handler {
  const { permit: permissions, authenticate: chain } = route;
  const params = [...new Set(permissions.flatMap((permission) => permission.params))];
  const askable = chain.some(({ identifies }) => identifies);
  return (exchange) => {
    for (const param of params) {
      if (exchange.params[param]?.includes('%'))
        return new Refusal('bad_parameter', `:${param} is percent-encoded`);
    }
    for (const permission of permissions) {
      const verdict = ask(permission, exchange);
      if (verdict !== true) return refuse(exchange, permission, verdict);
    }
    return undefined;
  };

  /** A caller whom nobody knows is asked to log in, and the permission's message is lost (DRF's `permission_denied`). */
  function refuse(exchange: Exchange, permission: Permission, verdict: Verdict): Refusal {
    const reason = `${permission.name} is ${verdict}`;
    if (!exchange.identity.authenticated && askable) {
      return new Refusal('not_authenticated', reason, challengeOf(chain));
    }
    return new Refusal(verdict === 'undecided' ? 'permission_undecided' : 'permission_denied', reason, {
      detail: permission.message,
      extra: permission.code === undefined ? undefined : { code: permission.code },
    });
  }
}

/** A permission that throws has not said yes. */
function ask(permission: Permission, exchange: Exchange): Verdict {
  try {
    return permission.permits(exchange);
  } catch {
    return 'undecided';
  }
}
