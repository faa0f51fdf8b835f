import { challengeOf } from '../core/challenge.ts';
import type { Matched } from '../core/exchange.ts';
import { Refusal } from '../core/refusal.ts';
import type { Rules } from '../core/rules.ts';
import type { Authenticator, Permission, Step, Verdict } from '../core/words.ts';
import { comparable } from './parameter.ts';
import { verdict } from './verdict.ts';

/** Evaluates the route's permissions in order; all must hold. */
export function permit({ permit: permissions, authenticate: chain }: Rules): Step {
  const params = [...new Set(permissions.flatMap((permission) => permission.params))];
  const identifies = chain.some((authenticator) => authenticator.identifies);

  /** An unknown caller is asked to log in, and the permission's message is lost (DRF's `permission_denied`). */
  function refuse(exchange: Matched, permission: Permission, { truth, reason }: Verdict): Refusal {
    const said = `${permission.name}: ${reason}`;
    if (!exchange.identity.authenticated && identifies)
      return new Refusal('not_authenticated', `${whyUnknown(chain, exchange)}; ${said}`, challengeOf(chain));
    return new Refusal(truth === 'undecided' ? 'permission_undecided' : 'permission_denied', said, {
      detail: permission.message,
      extra: permission.code === undefined ? undefined : { code: permission.code },
    });
  }

  return {
    name: 'permit',
    run(exchange, trace) {
      for (const param of params) {
        if (comparable(exchange.params[param] ?? '') === undefined)
          return new Refusal(
            'bad_parameter',
            `:${param} is percent-encoded in a form that has another reading`,
          );
      }
      for (const permission of permissions) {
        const answer = ask(permission, exchange);
        trace?.note({ part: permission.name, outcome: String(answer.truth), reason: answer.reason });
        if (answer.truth !== true) return refuse(exchange, permission, answer);
      }
      return undefined;
    },
  };
}

/** What an operator needs to find out why a caller who sent something is unknown all the same. */
function whyUnknown(chain: readonly Authenticator[], { headers, skips }: Matched): string {
  const unread = headers.authorization !== undefined;
  const what = unread
    ? 'an Authorization header came that no authenticator of this route reads'
    : 'no credentials';
  return `${what} (${skips.map((reason, at) => `${chain[at]?.name}: ${reason}`).join(', ')})`;
}

/** A permission that throws has not said yes. */
function ask(permission: Permission, exchange: Matched): Verdict {
  try {
    return permission.permits(exchange);
  } catch (error) {
    return verdict('undecided', error instanceof Error ? error.name : 'failed');
  }
}
