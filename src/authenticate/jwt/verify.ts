import { type Maybe, then } from '../../core/maybe.ts';
import { shown } from '../../core/shown.ts';
import { isAlgorithm } from './algorithms.ts';
import type { Compact } from './compact.ts';
import type { VerificationKey } from './jwk.ts';
import type { KeyChoice, KeySource } from './key-source.ts';
import { signatureFits } from './signature.ts';

/** Keys that are tried for one token. A set with more that fit has names, and tokens must say which. */
const MOST_TRIED = 16;

/** The key that verifies a token, or the reason why none does. */
export type Verified = VerificationKey | string;

/**
 * Finds the key that verifies the token. Keys that fit are tried one after the other.
 *
 * @param accepted the algorithms that the file lists
 * @throws KeysUnavailable
 */
export function verify(token: Compact, accepted: ReadonlySet<string>, source: KeySource): Maybe<Verified> {
  const choice = choiceIn(token, accepted);
  if (typeof choice === 'string') return choice;
  return then(source.find(choice), (keys) => {
    const problem = noneFits(choice, keys);
    return then(firstThatVerifies(keys, 0, choice, token), (key) => {
      if (key) return key;
      return source.findNew ? tryNew(source.findNew(choice, keys), choice, token, problem) : problem;
    });
  });
}

/** Whether a key that has verified the token is still one of its source. */
export function stillVerifies(
  key: VerificationKey,
  token: Compact,
  accepted: ReadonlySet<string>,
  source: KeySource,
): Maybe<boolean> {
  const choice = choiceIn(token, accepted);
  return typeof choice !== 'string' && then(source.find(choice), (keys) => keys.includes(key));
}

async function tryNew(
  found: Promise<readonly VerificationKey[]>,
  choice: KeyChoice,
  token: Compact,
  problem: string,
): Promise<Verified> {
  return (await firstThatVerifies(await found, 0, choice, token)) ?? problem;
}

/** RFC 8725 §3.1: the file says which algorithms there are, the token only which of them. */
function choiceIn({ header: { alg, kid } }: Compact, accepted: ReadonlySet<string>): KeyChoice | string {
  if (!isAlgorithm(alg) || !accepted.has(alg))
    return `alg is ${shown(alg)}, expected ${[...accepted].join(' or ')}`;
  if (kid !== undefined && typeof kid !== 'string') return `kid is ${shown(kid)}, which is not text`;
  return { algorithm: alg, kid };
}

function firstThatVerifies(
  keys: readonly VerificationKey[],
  from: number,
  choice: KeyChoice,
  token: Compact,
): Maybe<VerificationKey | undefined> {
  const key = from < MOST_TRIED ? keys[from] : undefined;
  if (!key) return undefined;
  const fits = signatureFits(choice.algorithm, key.key, token.signed, token.signature);
  return then(fits, (verified) => (verified ? key : firstThatVerifies(keys, from + 1, choice, token)));
}

function noneFits({ algorithm, kid }: KeyChoice, keys: readonly VerificationKey[]): string {
  if (keys.length === 0) return `no key${kid === undefined ? '' : ` ${shown(kid)}`} for ${algorithm}`;
  if (keys.length > MOST_TRIED)
    return `more than ${MOST_TRIED} keys may have signed: the token must name one (kid)`;
  return keys.length === 1
    ? 'the signature does not fit the key'
    : `the signature fits none of ${keys.length} keys`;
}
