import type { Log } from '../core/words.ts';
import type { Running } from '../start.ts';

interface Ends {
  /** For whoever is at the terminal. */
  err(text: string): void;
  log: Log;
}

/** How long SIGINT may take to close everything, in milliseconds. */
const AT_ONCE_MS = 5_000;

/** Signals that would end a process, or open a debugger's port, where nobody listens to them. */
const IGNORED: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGHUP: 'restart to read the file again',
  SIGUSR1: 'it has no meaning here',
  SIGUSR2: 'it has no meaning here',
};

/** Resolves to the exit code, after the signals that end a serving process. */
export function untilEnded(running: Running, { err, log }: Ends): Promise<number> {
  return new Promise((resolve) => {
    let draining = false;
    let closing = false;

    process.on('SIGTERM', () => {
      if (draining || closing) {
        log.info({ signal: 'SIGTERM' }, 'drain without delay');
        return running.hurry();
      }
      draining = true;
      log.info({ signal: 'SIGTERM' }, 'drain');
      err('SIGTERM: draining');
      finish(running.drain(), resolve);
    });
    process.on('SIGINT', () => {
      if (closing) return resolve(1);
      closing = true;
      err('SIGINT: ending');
      setTimeout(() => resolve(1), AT_ONCE_MS);
      finish(running.close(), resolve);
    });
    for (const [signal, why] of Object.entries(IGNORED))
      process.on(signal, () => log.warn({ signal, reason: why }, 'signal ignored'));
  });
}

function finish(end: Promise<void>, resolve: (code: number) => void): void {
  end.then(
    () => resolve(0),
    () => resolve(1),
  );
}
