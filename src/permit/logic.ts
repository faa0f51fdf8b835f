import type { Exchange } from '../core/exchange.ts';
import type { Permission, Verdict } from '../core/words.ts';

/**
 * `any`, `all` and `not`, with CEL's reading of what is undecided: a true member settles `any`, a false one
 * settles `all`, and `not` of undecided is undecided. Messages of members are lost, as in DRF.
 */
export function any(members: readonly Permission[]): Permission {
  return combine(
    'any',
    members,
    members.every(({ needsUser }) => needsUser),
    true,
  );
}

export function all(members: readonly Permission[]): Permission {
  return combine(
    'all',
    members,
    members.some(({ needsUser }) => needsUser),
    false,
  );
}

export function not(member: Permission): Permission {
  return {
    name: `not ${member.name}`,
    needsUser: false,
    params: member.params,
    permits(exchange) {
      const verdict = member.permits(exchange);
      return verdict === 'undecided' ? verdict : !verdict;
    },
  };
}

function combine(
  word: string,
  members: readonly Permission[],
  needsUser: boolean,
  settling: boolean,
): Permission {
  return {
    name: `${word} of ${members.map(({ name }) => name).join(', ')}`,
    needsUser,
    params: members.flatMap(({ params }) => params),
    permits(exchange: Exchange): Verdict {
      let undecided = false;
      for (const member of members) {
        const verdict = member.permits(exchange);
        if (verdict === settling) return settling;
        if (verdict === 'undecided') undecided = true;
      }
      return undecided ? 'undecided' : !settling;
    },
  };
}
