import type { Matched } from '../core/exchange.ts';
import type { Permission, Verdict } from '../core/words.ts';
import { verdict } from './verdict.ts';

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
    reads: member.reads ?? [],
    permits(exchange) {
      const { truth, reason } = member.permits(exchange);
      return verdict(truth === 'undecided' ? truth : !truth, said(member, truth, reason));
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
    reads: members.flatMap(({ reads }) => reads ?? []),
    permits(exchange: Matched): Verdict {
      let undecided = false;
      const reasons: string[] = [];
      for (const member of members) {
        const answer = member.permits(exchange);
        const { truth, reason } = answer;
        if (truth === settling) return verdict(settling, said(member, truth, reason));
        if (truth === 'undecided') undecided = true;
        reasons.push(said(member, truth, reason));
      }
      return verdict(undecided ? 'undecided' : !settling, reasons.join(', '));
    },
  };
}

function said({ name }: Permission, truth: Verdict['truth'], reason: string): string {
  return truth === true ? `${name} is true` : `${name} is ${truth} (${reason})`;
}
