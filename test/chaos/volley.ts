import { Agent, request } from 'node:http';
import type { Test } from 'tap';

export interface Shot {
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** What is expected of it, for whoever judges the answers. */
  kind: string;
  /** Who should be told to the upstream. */
  user?: string;
}

export interface Answered extends Shot {
  /** 0 when the connection broke. */
  status: number;
  header(name: string): string | undefined;
  ms: number;
  /** In milliseconds of `performance.now()`. */
  begunAt: number;
}

export interface Volley {
  answers: readonly Answered[];
  /** Resolves once so many have been answered. */
  answered(count: number): Promise<void>;
  done: Promise<readonly Answered[]>;
}

/** Keeps `width` requests in flight until `count` are answered; connections are used again. */
export function volley(port: number, count: number, width: number, shot: (n: number) => Shot): Volley {
  const agent = new Agent({ keepAlive: true, maxSockets: width });
  const answers: Answered[] = [];
  const waiting = new Map<number, () => void>();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const answer = await fire(port, agent, shot(next++));
      answers.push(answer);
      waiting.get(answers.length)?.();
    }
  };
  const workers = Promise.all(Array.from({ length: width }, worker));
  return {
    answers,
    answered: (many) =>
      new Promise((resolve) => {
        if (answers.length >= many) resolve();
        else waiting.set(many, resolve);
      }),
    done: workers.then(() => {
      agent.destroy();
      return answers;
    }),
  };
}

function fire(port: number, agent: Agent, shot: Shot): Promise<Answered> {
  const begunAt = performance.now();
  return new Promise((resolve) => {
    const answered = (status: number, header: Answered['header']): void =>
      resolve({ ...shot, status, header, begunAt, ms: performance.now() - begunAt });
    const sent = request({ port, host: '127.0.0.1', agent, path: shot.path, headers: { ...shot.headers } });
    sent.once('error', () => answered(0, () => undefined));
    sent.once('response', (response) => {
      response.resume();
      response.once('end', () =>
        answered(response.statusCode ?? 0, (name) => response.headers[name]?.toString()),
      );
      response.once('error', () => answered(0, () => undefined));
    });
    sent.end();
  });
}

/** Says how many of each kind got which status, and how long the slowest waited. */
export function tell(t: Test, title: string, answers: readonly Answered[]): void {
  const counts = new Map<string, number>();
  for (const { kind, status } of answers)
    counts.set(`${kind} ${status}`, (counts.get(`${kind} ${status}`) ?? 0) + 1);
  const slowest = Math.max(0, ...answers.map(({ ms }) => ms));
  const list = [...counts].sort().map(([what, count]) => `${what}: ${count}`);
  t.comment(`${title}: ${list.join(', ')}; slowest ${Math.round(slowest)} ms as the client sees it`);
}

/** The statuses that a kind of request got, each once. */
export function statuses(answers: readonly Answered[], kind: string): number[] {
  return [...new Set(answers.filter((each) => each.kind === kind).map(({ status }) => status))].sort();
}

/** How long the gateway itself took for its slowest answer with this status, by its access log. */
export function slowestInGateway(stdout: string, status: number, from = 0): number {
  const lines = stdout
    .slice(from)
    .split('\n')
    .filter((line) => line.includes('"msg":"request"'));
  const durations = lines.flatMap((line) => {
    const entry = JSON.parse(line) as { status: number; duration_ms: number };
    return entry.status === status ? entry.duration_ms : [];
  });
  return Math.max(0, ...durations);
}
