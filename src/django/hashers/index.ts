import { argon2 } from './argon2.ts';
import { bcrypt } from './bcrypt.ts';
import { bcryptSha256 } from './bcrypt-sha256.ts';
import { tooCostly } from './cost.ts';
import { HashPool } from './hash-pool.ts';
import { HashersFailed } from './hash-thread.ts';
import type { Hasher, StoredHash } from './hasher.ts';
import { Pace } from './pace.ts';
import { pbkdf2Sha1 } from './pbkdf2-sha1.ts';
import { pbkdf2Sha256 } from './pbkdf2-sha256.ts';
import { scrypt } from './scrypt.ts';
import { threadCount } from './thread-count.ts';
import { UnusableHash } from './unusable-hash.ts';

export { HashersBusy } from './hash-pool.ts';
export { HashersFailed } from './hash-thread.ts';
export type { StoredHash } from './hasher.ts';
export { UnusableHash, type UnusableHashReason } from './unusable-hash.ts';

/** The password hashes that are understood, in Django's own format. */
const HASHERS: readonly Hasher[] = [pbkdf2Sha256, pbkdf2Sha1, argon2, scrypt, bcryptSha256, bcrypt];

/** Django's other algorithms: no salt, or no work at all for who guesses. */
const WEAK = new Set(['md5', 'sha1', 'unsalted_md5', 'unsalted_sha1', 'crypt']);

/** Characters of a `password` field: Django's column has 128. */
const LONGEST = 1_024;

/** What Django 5.2 makes by default. */
export const DEFAULT_HASH = readHash('pbkdf2_sha256$1000000$nobody$') as StoredHash;

/** Checks of one client that may wait: four seconds of Django's default on one thread. */
const SHARE = 16;
const MOST_WAITING = 64;

/** Of the process, as its CPUs are. */
const pool = new HashPool({ threads: threadCount(), share: SHARE, most: MOST_WAITING });
const pace = new Pace();

/**
 * Reads what Django keeps in a user's `password` field.
 *
 * @returns undefined for an empty field or an unusable password (`!…`): there is none to check
 */
export function readHash(encoded: string): StoredHash | UnusableHash | undefined {
  if (encoded === '' || encoded.startsWith('!')) return undefined;
  if (encoded.length > LONGEST) return new UnusableHash('malformed', 'password hash is too long');
  const name = encoded.split('$', 1)[0] ?? '';
  const hasher = HASHERS.find((candidate) => candidate.name === name);
  if (hasher) {
    const hash = hasher.read(encoded);
    return hash instanceof UnusableHash ? hash : (tooCostly(name, hash.cost) ?? hash);
  }
  if (WEAK.has(name) || /^[0-9a-f]{32}$/.test(encoded))
    return new UnusableHash('weak', 'password hash is too weak to be used');
  return new UnusableHash('unknown', 'password hash has an unknown algorithm');
}

/** The one whose check takes longer on this machine. */
export function costlier(a: StoredHash, b: StoredHash): StoredHash {
  return pace.of(b) > pace.of(a) ? b : a;
}

export interface VerifyOptions {
  /** Whose check this is: clients take turns. */
  client: string;
  /** A wrong password takes as long as one of this hash would. */
  like: StoredHash;
}

/**
 * Checks a password in a thread of its own. Without a hash it computes `like` all the same, and says false: the time
 * does not tell which users exist, nor who has an older hash.
 *
 * @throws HashersBusy when too many wait; HashersFailed
 */
export async function verify(
  password: string,
  hash: StoredHash | undefined,
  { client, like }: VerifyOptions,
): Promise<boolean> {
  const possible = hash?.accepts?.(password) ?? hash !== undefined;
  const checked = possible && hash ? hash : like;
  const job = {
    password: checked.bytesOf(password),
    spec: checked.spec,
    padding: pace.padding(checked, like),
  };
  const { matches, ms } = await pool.run(job, client);
  if (matches === undefined) throw new HashersFailed('password hash could not be computed');
  pace.note(checked, ms);
  return matches && possible;
}
