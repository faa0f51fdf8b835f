import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Recorded, startUpstream } from './upstream.ts';

/** What crosses from one process to the other: a request without its function. */
export type Sent = Omit<Recorded, 'header'>;

export interface UpstreamProcessOptions {
  /** A fixed port, to come back where another one was. */
  port?: number;
  /** The bytes of every answer, by default 200 `{"ok":true}`; `hang` says nothing, `reset` drops the connection. */
  reply?: string;
  discard?: boolean;
}

export interface UpstreamProcess {
  url: string;
  port: number;
  pid: number;
  requests(): Promise<Sent[]>;
  clear(): Promise<void>;
  /** Changes the answer, as the option does. */
  reply(bytes: string | undefined): Promise<void>;
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
  close(): Promise<void>;
}

type Order = ['requests'] | ['clear'] | ['reply', string | undefined];

const here = fileURLToPath(import.meta.url);

/** The recording upstream in a process of its own, which ends with this one at the latest. */
export async function startUpstreamProcess(options: UpstreamProcessOptions = {}): Promise<UpstreamProcess> {
  const child = fork(here, [JSON.stringify(options)], { serialization: 'advanced' });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const exited = once(child, 'exit').then(() => void process.off('exit', end));
  const ended = exited.then(() => Promise.reject(new Error('the upstream process has ended')));
  ended.catch(() => {});
  const heard = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), ended]))[0];
  let last: Promise<unknown> = heard();
  // One at a time: the answers come in the order of the questions and bear no other mark.
  const ask = (...order: Order): Promise<unknown> => {
    last = last.then(() => {
      child.send(order);
      return heard();
    });
    return last;
  };
  const port = Number(await last);
  const stop = async (): Promise<void> => {
    end();
    await exited;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: Number(child.pid),
    requests: async () => (await ask('requests')) as Sent[],
    clear: async () => void (await ask('clear')),
    reply: async (bytes) => void (await ask('reply', bytes)),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: stop,
    close: stop,
  };
}

async function main(send: (message: unknown) => void): Promise<void> {
  const { port, reply, discard = false } = JSON.parse(process.argv[2] ?? '{}') as UpstreamProcessOptions;
  const upstream = await startUpstream({ ...(port !== undefined && { port }), discard });
  const replyWith = (bytes: string | undefined): void => {
    if (bytes === 'hang') upstream.reply(() => () => {});
    else if (bytes === 'reset') upstream.reply(() => (socket) => void socket.resetAndDestroy());
    else upstream.reply(() => bytes);
  };
  replyWith(reply);
  process.on('message', ([what, value]: Order) => {
    if (what === 'clear') upstream.clear();
    if (what === 'reply') replyWith(value);
    const plain = ({ header: _, ...sent }: Recorded): Sent => sent;
    send(what === 'requests' ? upstream.requests.map(plain) : true);
  });
  process.on('disconnect', () => process.exit());
  send(upstream.port);
}

if (process.argv[1] === here && process.send) void main(process.send.bind(process));
