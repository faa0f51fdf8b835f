import { fstatSync, write } from 'node:fs';
import type { Sink } from './log-writer.ts';

/** How long to wait for a terminal that takes nothing at the moment, in milliseconds. */
const BUSY_MS = 20;

/**
 * Standard output, in the way in which its kind does not block: pipes and sockets through Node's stream, files and
 * terminals through its threads.
 */
export function standardOutput(): Sink {
  const stat = fstatSync(1);
  if (stat.isFIFO() || stat.isSocket()) return (bytes, done) => void process.stdout.write(bytes, done);
  return descriptor(1);
}

function descriptor(fd: number): Sink {
  let torn = false;
  return (bytes, done) => {
    // What was cut off by a full disk would run into the next line.
    let rest = torn ? Buffer.concat([Buffer.from('\n'), bytes]) : bytes;
    const more = () =>
      write(fd, rest, (error, count) => {
        if (error?.code === 'EAGAIN') return void setTimeout(more, BUSY_MS);
        if (error) return done(error);
        rest = rest.subarray(count);
        torn = rest.length > 0;
        if (torn) more();
        else done();
      });
    more();
  };
}
