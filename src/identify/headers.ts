import { foldName } from '../core/header-names.ts';

/** Identity headers that are Postern's on every route, whether or not the file names them. */
const BUILT_IN = /^x-user(?:-|$)/;

/** Headers by which a client asks to be taken for another method than the one that the rules judged. */
const METHOD_OVERRIDES = new Set(['x-http-method-override', 'x-http-method', 'x-method-override']);

/** Headers by which a client asks to be taken for another path or host than those that the rules judged. */
const REWRITES = new Set(['x-original-url', 'x-original-uri', 'x-original-method', 'x-rewrite-url']);

/** Says whether a client's header must not reach an upstream, by its folded name. */
export function foreignHeaders(
  identityNames: Iterable<string>,
): (folded: string, keepOverrides: boolean) => boolean {
  const ours = new Set([...identityNames].map(foldName));
  return (folded, keepOverrides) =>
    ours.has(folded) ||
    BUILT_IN.test(folded) ||
    REWRITES.has(folded) ||
    (METHOD_OVERRIDES.has(folded) && !keepOverrides);
}
