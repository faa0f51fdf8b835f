/** Forms of a request that most backends read in more than one way; a route lets them in by name, with `allow`. */
export const FORMS = {
  encoded_slash: '`%2F` in the path.',
  encoded_percent: '`%25` in the path.',
  semicolon: '`;` in the path.',
  underscore_headers: 'Header names with `_`, which WSGI and CGI servers cannot tell from `-`.',
  method_override: 'X-HTTP-Method-Override and its kin are forwarded instead of removed.',
} as const;

export type Form = keyof typeof FORMS;

/** The request target after the gate: nothing in it can be read in two ways, but for the `forms` listed. */
export interface Target {
  /** As sent, without the query. */
  path: string;
  /** As sent, with its `?`; empty without one. */
  query: string;
  /** The parts between slashes, percent-decoded once, for matching only. */
  segments: readonly string[];
  forms: readonly Form[];
}

/** The parts between slashes, without the empty one before the first. */
export function split(path: string): string[] {
  return path.slice(1).split('/');
}
