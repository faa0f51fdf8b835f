import type { Maybe } from '../../core/maybe.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { Algorithm } from './algorithms.ts';
import type { VerificationKey } from './jwk.ts';

/** The keys cannot be had, so a token cannot be judged: 503, never 401. */
export class KeysUnavailable extends Unavailable {
  override name = 'KeysUnavailable';
}

/** What of a token's header chooses its key. */
export interface KeyChoice {
  algorithm: Algorithm;
  /** The key's name, where the header has one. */
  kid: string | undefined;
}

/** Where keys come from. */
export interface KeySource {
  /**
   * Every key that may have signed.
   *
   * @throws KeysUnavailable
   */
  find(choice: KeyChoice): Maybe<readonly VerificationKey[]>;
  /**
   * Looks again when none of these keys has: those that are new since.
   *
   * @throws KeysUnavailable when nobody can say whether there are new ones
   */
  findNew?(choice: KeyChoice, tried: readonly VerificationKey[]): Promise<readonly VerificationKey[]>;
}

/** Of these keys, all that fit: those with the token's `kid`, else those without one. A token without it may be of any. */
export function fittingKeys(
  keys: readonly VerificationKey[],
  { algorithm, kid }: KeyChoice,
): readonly VerificationKey[] {
  const able = keys.filter(({ algorithms }) => algorithms.includes(algorithm));
  if (kid === undefined) return able;
  const named = able.filter((key) => key.kid === kid);
  return named.length > 0 ? named : able.filter((key) => key.kid === undefined);
}
