import type { Cors } from '../core/route.ts';
import { suggestion } from '../core/suggest.ts';
import type { Form } from '../core/target.ts';
import type { Authenticator } from '../core/words.ts';
import { judgeTarget } from '../listen/target.ts';
import { examplePath, parameterNames, type Segment } from '../match/pattern.ts';
import type { Path, Problems } from '../yaml/problems.ts';
import type { CompiledThrottle } from './compile-throttles.ts';

/** A route as far as other things of it are judged by; what could not be made of the file is undefined. */
export interface Judged {
  /** Where the route stands. */
  path: Path;
  segments: readonly Segment[] | undefined;
  chain: readonly Authenticator[] | undefined;
  /** The route has an `authenticate` of its own. */
  ownChain: boolean;
}

/** Reports a path whose every request would be refused before it is matched. */
export function requireReachable(
  segments: readonly Segment[],
  allow: readonly Form[],
  path: Path,
  problems: Problems,
): void {
  const target = judgeTarget(examplePath(segments));
  if (typeof target === 'string') {
    problems.on([...path, 'path'], `no request can have this path: ${target}`);
    return;
  }
  const missing = target.forms.find((form) => !allow.includes(form));
  if (missing !== undefined && !problems.excused([...path, 'allow']))
    problems.on(
      [...path, 'path'],
      `requests for this path are refused, as backends read it in more than one way; "allow: [${missing}]" lets them in`,
    );
}

/** Something compares a path parameter, so the path must have it. `at` is where the something stands. */
export function requireParameter(
  name: string,
  at: Path,
  { path, segments }: Judged,
  problems: Problems,
): void {
  if (!segments) return;
  const names = parameterNames(segments);
  if (names.includes(name)) return;
  const own = at[0] === 'routes';
  problems.on(
    own ? at : [...path, 'path'],
    `the path has no parameter ":${name}"${own ? '' : `, which ${at.slice(0, 2).join('.')} compares`}${suggestion(name, names)}`,
  );
}

/** A permission can only say yes to a user, so somebody in the chain must be able to know one. */
export function requireUser(
  permission: string,
  at: Path,
  { path, chain, ownChain }: Judged,
  problems: Problems,
): void {
  if (!chain || chain.some(({ identifies }) => identifies)) return;
  const own = at[0] === 'routes';
  const from = own || at.length === 0 ? '' : ' (from defaults)';
  problems.on(
    own || !ownChain ? at : [...path, 'authenticate'],
    `"${permission}"${from} needs a user, and no authenticator of this route knows one: name one in "authenticate", or write "permit: anyone"`,
  );
}

/** The first authenticator decides between 401 and 403 (DRF): one without a challenge makes 403 of all of them. */
export function warnOfSilentFirst(
  chain: readonly Authenticator[] | undefined,
  at: Path,
  problems: Problems,
): void {
  const [first, ...others] = chain ?? [];
  if (!first || first.challenge !== undefined || !others.some(({ challenge }) => challenge !== undefined))
    return;
  problems.warn(
    [...at, 0],
    `"${first.name}" stands first and has no challenge, so callers without a credential get 403: put one with a challenge first if programs call, which then get 401`,
  );
}

/**
 * What a client sends in a header it chooses itself, and with it its counter. Not where an authenticator believes only
 * what was issued, nor where another throttle counts who the client is.
 */
export function warnOfChosenCounters(
  throttles: readonly CompiledThrottle[],
  { chain }: Judged,
  problems: Problems,
): void {
  if (throttles.some(({ by }) => by === 'user' || by === 'ip')) return;
  const believed = (chain ?? []).flatMap(({ identifies, vary = 'authorization' }) =>
    identifies ? vary.toLowerCase() : [],
  );
  for (const { by, path } of throttles) {
    const [kind, name = ''] = by.split(':', 2);
    if (kind !== 'header' || believed.includes(name.toLowerCase())) continue;
    problems.warn(
      [...path, 'by'],
      `a client chooses what it sends in ${name}, and a new value has a new counter: this limits nobody who means harm; add a throttle by user or ip`,
    );
  }
}

/** `origins: ["*"]` lets every page open a WebSocket, and browsers send cookies along: those do not count there. */
export function warnOfAnyPage(
  { origins }: Cors,
  chain: readonly Authenticator[] | undefined,
  path: Path,
  problems: Problems,
): void {
  const byCookie = chain?.find(({ vary }) => vary === 'Cookie');
  if (!byCookie || !origins.has('*')) return;
  problems.warn(
    [...path, 'cors', 'origins'],
    `"*" lets no page open a WebSocket with its visitor's cookie, which "${byCookie.name}" reads: name the origins that may`,
  );
}
