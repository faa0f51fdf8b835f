import { split } from '../core/target.ts';

/** One part of a route's path: a literal, exactly one non-empty segment, or everything that is left. */
export type Segment = { kind: 'literal'; text: string } | { kind: 'one'; name?: string } | { kind: 'rest' };

const NOT_IN_PATHS = /[\s?#\\<>"{}[\]|^`\p{Cc}]/u;
/** Parameters as other routers write them: `{id}`, `{id:int}`, `<id>`, `<int:id>`, `[id]`. */
const OTHER_PARAMETER = /\{(\w+)(?::[^{}/]*)?\}|<(?:\w+:)?(\w+)>|(?<=\/)\[([A-Za-z_]\w*)\](?=\/|$)/g;
const REGULAR_EXPRESSION = /\\[dwsDWS]|\[[^\]/]*\]|\(.*\||[)\]][+*?]|^\^|\$$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Reads a route's path (`/books/**`, `/users/:id/orders`, `*` for one segment); an error is a sentence for
 * the operator. Literals are written decoded or percent-encoded; both mean the same.
 */
export function parsePattern(path: string): Segment[] | string {
  if (!path.startsWith('/')) return 'a path starts with "/"';
  if (path.includes('//')) return 'a path has no empty segments ("//")';
  const meant = path.replaceAll(OTHER_PARAMETER, (_, ...names: string[]) => `:${names.find(Boolean)}`);
  if (meant !== path) return `a parameter is a colon and a name; did you mean "${meant}"?`;
  const segments: Segment[] = [];
  const names = new Set<string>();
  const parts = split(path);
  for (const [index, part] of parts.entries()) {
    const segment = parseSegment(part);
    if (typeof segment === 'string') return segment;
    if (segment.kind === 'rest' && index !== parts.length - 1) return '"**" stands last in a path';
    if (segment.kind === 'one' && segment.name) {
      if (names.has(segment.name)) return `the parameter ":${segment.name}" stands twice`;
      names.add(segment.name);
    }
    segments.push(segment);
  }
  return segments;
}

function parseSegment(part: string): Segment | string {
  if (part === '**') return { kind: 'rest' };
  if (part === '*') return { kind: 'one' };
  if (part.startsWith(':')) {
    const name = part.slice(1);
    return NAME.test(name)
      ? { kind: 'one', name }
      : `"${part}" is no parameter: letters, digits and "_" follow the colon`;
  }
  if (part.includes('*')) return `"${part}": "*" stands for a whole segment, "**" for all that follow`;
  if (part === '.' || part === '..') return 'a path has no dot segments';
  if (NOT_IN_PATHS.test(part))
    return REGULAR_EXPRESSION.test(part)
      ? `"${part}": a path is no regular expression; write ":name" or "*" for one segment, "**" for all that follow`
      : `"${part}" has a character that no path may have`;
  if (/%2f/i.test(part)) return `"${part}": an encoded slash is matched by "*" or "**" only`;
  try {
    return { kind: 'literal', text: decodeURIComponent(part) };
  } catch {
    return `"${part}" is not percent-encoded UTF-8`;
  }
}

/** The same text for patterns that match the same paths, whatever their parameters are called. */
export function shapeOf(segments: readonly Segment[], foldCase: boolean): string {
  return segments
    .map((segment) => {
      if (segment.kind === 'rest') return '/**';
      if (segment.kind === 'one') return '/*';
      return `/=${foldCase ? segment.text.toLowerCase() : segment.text}`;
    })
    .join('');
}

/** A path that the pattern matches, as a client would send it. */
export function examplePath(segments: readonly Segment[]): string {
  return segments
    .map((segment) => `/${segment.kind === 'literal' ? encodeURIComponent(segment.text) : 'x'}`)
    .join('');
}

export function parameterNames(segments: readonly Segment[]): string[] {
  return segments.flatMap((segment) => (segment.kind === 'one' && segment.name ? [segment.name] : []));
}
