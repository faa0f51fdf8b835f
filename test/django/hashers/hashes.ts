import { readFileSync } from 'node:fs';
import {
  readHash,
  type StoredHash,
  UnusableHash,
  type UnusableHashReason,
  verify,
} from '../../../src/django/hashers/index.ts';

export interface HashVector {
  password: string;
  encoded: string;
  /** What Django says of the password with one more letter: bcrypt looks at 72 bytes only. */
  wrongMatches: boolean;
}

/** Reads what make-vectors.py has written; the compiled test lies two folders deeper. */
export const HASHES: HashVector[] = JSON.parse(
  readFileSync(new URL('../../../../test/django/hashers/hashes.json', import.meta.url), 'utf8'),
);

/** A hash that costs next to nothing. */
export const CHEAP = usable('pbkdf2_sha256$1$nobody$');

/** Reads a hash that can be checked. */
export function usable(encoded: string): StoredHash {
  const hash = readHash(encoded);
  if (hash === undefined || hash instanceof UnusableHash) throw new Error(`unusable: ${encoded}`);
  return hash;
}

/** Checks a password, in a thread, without more work than its own hash takes. */
export async function matches(password: string, encoded: string): Promise<boolean> {
  return verify(password, usable(encoded), { client: 'test', like: CHEAP });
}

/** Why a hash is not checked; undefined when it is. */
export function refusal(encoded: string): UnusableHashReason | undefined {
  const hash = readHash(encoded);
  if (!(hash instanceof UnusableHash)) return undefined;
  if (hash.message.includes(encoded.slice(-5))) throw new Error('the message holds the hash');
  return hash.reason;
}
