/** Headers that tell caches of certain vendors what Cache-Control tells all (RFC 9213): they would go before it. */
const TARGETED = /^(?:surrogate-control|x-accel-expires|(?:.+-)?cdn-cache-control)$/;

/** Whether a header would let a shared cache keep a reply that Cache-Control says is one user's. */
export function defiesPrivacy(name: string): boolean {
  return TARGETED.test(name);
}

/** Directives of RFC 9111 §5.2.2 that let shared caches keep a reply. */
const SHARED = /^(?:public|s-maxage|proxy-revalidate|private)$/;

/** What an upstream says in Cache-Control, with `private` in place of what lets shared caches keep the reply. */
export function madePrivate(values: readonly string[]): string {
  const directives = values.join(',').match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  const kept = directives
    .map((text) => text.trim())
    .filter((text) => text !== '' && !SHARED.test((text.split('=', 1)[0] ?? '').trim().toLowerCase()));
  return ['private', ...kept].join(', ');
}
