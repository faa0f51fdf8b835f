const POINT = /^((?: {4})*)(not ok|ok)\b(?: \d+)?(.*)$/;
const DIRECTIVE = /(?:^|[^\\])#\s*(skip|todo)\b/i;

/**
 * Counts the leaf assertions of one file's TAP: the points that no subtest stands behind. A failed point with a
 * subtest counts only if nothing failed inside (a plan not met, a time-out between assertions).
 */
export function countTap(text) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  /** What each level has seen since the level above it last closed: points, and failures among them. */
  const levels = [];
  let braces = [];
  let planned = false;
  let yaml;

  function point(depth, ok, rest) {
    const inner = levels[depth + 1];
    levels.length = Math.min(levels.length, depth + 1);
    levels[depth] ??= { points: 0, failed: 0 };
    levels[depth].points += 1;
    const failedInside = inner?.failed ?? 0;
    levels[depth].failed += failedInside;
    if (DIRECTIVE.test(rest)) {
      // What failed inside a TODO is no failure, and tap's exit code agrees.
      counts.failed -= failedInside;
      counts.skipped += 1 + failedInside;
      levels[depth].failed -= failedInside;
    } else if (!ok && failedInside === 0) {
      counts.failed += 1;
      levels[depth].failed += 1;
    } else if (ok && inner === undefined) counts.passed += 1;
  }

  for (const line of text.split('\n')) {
    if (yaml !== undefined) {
      if (line === `${yaml}...`) yaml = undefined;
      continue;
    }
    if (/^ *---$/.test(line)) yaml = line.slice(0, -3);
    if (/^1\.\.\d/.test(line)) planned = true;
    const close = /^( *)\}$/.exec(line);
    const opened = close && braces.find((brace) => brace.indent === close[1]);
    if (opened) {
      braces = braces.filter((brace) => brace !== opened);
      point(opened.indent.length / 4, opened.ok, opened.rest);
      continue;
    }
    const match = POINT.exec(line);
    if (!match) continue;
    const [, indent, status, rest] = match;
    // A buffered subtest comes after its own result, in braces.
    if (rest.endsWith(' {')) braces.push({ indent, ok: status === 'ok', rest });
    else point(indent.length / 4, status === 'ok', rest);
  }
  return { ...counts, planned };
}
