import type { CompiledRoute } from '../core/rules.ts';
import { parsePattern, type Segment } from '../match/pattern.ts';
import type { Problems } from '../yaml/problems.ts';

/**
 * Warns where a route for one host admits more people than a route for every host that it takes requests from:
 * the host is chosen before the path, so the stricter route is not asked.
 */
export function warnOfHiddenRoutes(routes: readonly CompiledRoute[], problems: Problems): void {
  const strict = routes
    .filter((one) => one.route.host === undefined && needsUser(one))
    .map(({ route }) => route);
  const open = [...routes.entries()].filter(([, one]) => one.route.host !== undefined && !needsUser(one));
  for (const [index, { route }] of open) {
    const hidden = strict.find(
      (other) =>
        covers(route.path, other.path) && other.methods.some((method) => route.methods.includes(method)),
    );
    if (hidden) {
      problems.warn(
        ['routes', index],
        `on the host ${route.host} this route hides "${hidden.id}" (${hidden.place}), which asks for more`,
      );
    }
  }
}

function needsUser({ rules }: CompiledRoute): boolean {
  return rules.permit.some((permission) => permission.needsUser);
}

/** True when every path of `inner` is one of `outer` too. */
function covers(outer: string, inner: string): boolean {
  const [wide, narrow] = [parsePattern(outer), parsePattern(inner)];
  if (typeof wide === 'string' || typeof narrow === 'string') return false;
  for (const [index, segment] of wide.entries()) {
    if (segment.kind === 'rest') return true;
    if (!coversSegment(segment, narrow[index])) return false;
  }
  return wide.length === narrow.length;
}

function coversSegment(wide: Segment, narrow: Segment | undefined): boolean {
  if (narrow === undefined || narrow.kind === 'rest') return false;
  if (wide.kind === 'one') return true;
  return wide.kind === 'literal' && narrow.kind === 'literal' && wide.text === narrow.text;
}
