import type { Gateway } from './gateway.ts';
import { until } from './until.ts';
import type { Recorded, Upstream } from './upstream.ts';

type Line = Record<string, unknown>;

/** What the access log keeps of a long path. */
const LOGGED = 256;

export interface InvariantOptions {
  /** What a route cuts from the front of its paths, by the route's id. */
  strip?: Readonly<Record<string, string>>;
  /** The gateway's own identity header for an id, where it is not the id as it stands. */
  written?: (id: string) => string;
}

/**
 * Holds every request that has arrived at the upstream since the last call against what the gateway decided, by the
 * request id of both: the path that was judged is the path that was received (without the route's prefix), and
 * exactly one identity header says who was authenticated, or none does. Answers with what does not hold.
 */
export function invariantsOf(
  gateway: Gateway,
  upstream: Upstream,
  { strip = {}, written = (id) => id }: InvariantOptions = {},
): () => Promise<string[]> {
  const lines = new Map<string, Line>();
  function read(): void {
    for (const line of gateway.log.splice(0)) {
      if (line.msg === 'request') lines.set(String(line.request_id), line);
    }
  }
  return async () => {
    const arrived = upstream.requests.splice(0);
    const known = (request: Recorded) => lines.has(idOf(request));
    await until(() => {
      read();
      return arrived.every(known);
    }).catch(() => {});
    const problems = arrived.flatMap((request) =>
      !known(request)
        ? [`no access line: ${JSON.stringify(request.rawHead.toString('latin1'))}`]
        : judge(request, lines.get(idOf(request)) ?? {}, { strip, written }).map(
            (problem) => `${problem}: ${JSON.stringify(request.rawHead.toString('latin1'))}`,
          ),
    );
    lines.clear();
    return [...problems, ...upstream.malformed.splice(0).map((reason) => `not HTTP: ${reason}`)];
  };
}

function idOf(request: Recorded): string {
  return request.header('x-request-id').join();
}

function judge(request: Recorded, line: Line, { strip, written }: Required<InvariantOptions>): string[] {
  const problems: string[] = [];
  if (line.decision !== 'forward' && line.step !== 'forward')
    problems.push(`arrived though ${line.decision}d`);

  const judged = String(line.path);
  const prefix = strip[String(line.route)] ?? '';
  const received = prefix + (request.target.split('?', 1)[0] ?? '');
  const bounded = received.length > LOGGED ? `${received.slice(0, LOGGED)}…` : received;
  const root = prefix !== '' && judged === prefix && received === `${prefix}/`;
  if (bounded !== judged && !root) problems.push(`judged ${judged}, received ${received}`);

  const told = request.headers.filter(([name]) => /^x-user(-|$)/.test(fold(name)));
  const trailers = request.trailers.filter(([name]) => fold(name).startsWith('x-user'));
  const due = line.user === undefined ? [] : [['X-User', written(String(line.user))]];
  if (JSON.stringify(told) !== JSON.stringify(due)) problems.push(`said to be ${JSON.stringify(told)}`);
  if (trailers.length > 0) problems.push(`identity in trailers ${JSON.stringify(trailers)}`);
  return problems;
}

/** As the laxest backend reads a name. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
}
