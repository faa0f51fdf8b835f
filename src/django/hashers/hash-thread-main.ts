// The body of a hash thread. Its work is synchronous: it waits for nobody, and nobody but the pool waits for it.
import { pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { HashAnswer, HashJob, HashSpec } from './hash-job.ts';

const SCRYPT_LENGTH = 64;

/** On Linux the priority is a thread's own: requests go first. Elsewhere it would be the whole process's. */
if (process.platform === 'linux') setPriority(10);

parentPort?.on('message', async (job: HashJob) => {
  parentPort?.postMessage(await answer(job));
});

async function answer({ password, spec, padding }: HashJob): Promise<HashAnswer> {
  const begun = performance.now();
  let matches: boolean | undefined;
  try {
    matches = await compute(password, spec);
  } catch {
    // No message: a library's error may quote what it was given.
  }
  const ms = performance.now() - begun;
  if (!matches && padding > 0) pbkdf2Sync(password, 'padding', padding, 32, 'sha256');
  return matches === undefined ? { ms } : { matches, ms };
}

async function compute(password: Uint8Array, spec: HashSpec): Promise<boolean> {
  switch (spec.algorithm) {
    case 'pbkdf2': {
      const { salt, iterations, length, digest, hash } = spec;
      return same(hash, pbkdf2Sync(password, salt, iterations, length, digest));
    }
    case 'scrypt': {
      const { salt, N, r, p, hash } = spec;
      const maxmem = 2 * 128 * r * (N + p) + 1024;
      return same(hash, scryptSync(password, salt, SCRYPT_LENGTH, { N, r, p, maxmem }));
    }
    case 'argon2':
      return (await import('hash-wasm')).argon2Verify({ password, hash: spec.hash });
    case 'bcrypt':
      return (await import('hash-wasm')).bcryptVerify({ password, hash: spec.hash });
  }
}

function same(base64: string, derived: Buffer): boolean {
  const [expected, actual] = [Buffer.from(base64), Buffer.from(derived.toString('base64'))];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
