import { parentPort } from 'node:worker_threads';
import { argon2Verify, bcryptVerify } from 'hash-wasm';
import type { HashAnswer, HashQuestion } from './hash-job.ts';

// The body of the hash thread: one question at a time, because each may take 100 MiB.
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (question: HashQuestion) => {
  last = last.then(async () => parentPort?.postMessage(await answer(question)));
});

async function answer({ id, algorithm, password, hash }: HashQuestion): Promise<HashAnswer> {
  try {
    const verify = algorithm === 'argon2' ? argon2Verify : bcryptVerify;
    return { id, matches: await verify({ password, hash }) };
  } catch {
    return { id };
  }
}
