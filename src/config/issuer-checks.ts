import type { Problems } from '../yaml/problems.ts';

/** What the checks read of an authenticator, whichever it is. */
interface Configured {
  type: string;
  users?: boolean | string | { merge: string };
  profile?: string;
  issuer?: string | readonly string[];
  jwks?: string;
}

interface File {
  authenticators?: Readonly<Record<string, object>>;
  users?: { key?: string; url?: string };
}

const APP = "the app's own tokens and sessions";

/**
 * An id means one user only as long as one party gives ids out: the `sub` "1" of an issuer is not user 1 of the app.
 * Warns of sources that are asked about ids of several, and of tokens that are not looked up although users could be.
 */
export function warnOfMixedIssuers({ authenticators = {}, users }: File, problems: Problems): void {
  const hasMain = users?.key !== undefined || users?.url !== undefined;
  const all = Object.entries(authenticators).map(([name, options]) => {
    const configured = options as Configured;
    return { name, configured, source: sourceOf(configured, hasMain), issuers: issuersOf(name, configured) };
  });
  for (const { name, configured, source, issuers } of all) {
    if (configured.type !== 'jwt') continue;
    const asking = all.filter((other) => other.source === source).flatMap((other) => other.issuers);
    // Whose ids a source with a name has, the file says by naming it.
    const distinct = [...new Set(asking)].filter((issuer) => source === true || issuer !== APP);
    if (source !== undefined && distinct.length > 1 && issuers[0] !== APP)
      problems.warn(
        ['authenticators', name, 'users'],
        `one users source is asked about ids of ${distinct.join(' and ')}, and takes the same id for the same user: give each a source of its own, or say "users: false"`,
      );
    if (hasMain && source === undefined && configured.users === undefined)
      problems.warn(
        ['authenticators', name],
        'the claims alone say who this is, although the file has a users source: say "users: false" to keep it so, or "users: true" if the ids are those of that source',
      );
  }
}

/** The source that an authenticator asks: a name, true for that of the file, or undefined for none. */
function sourceOf({ type, profile, users }: Configured, hasMain: boolean): string | true | undefined {
  if (typeof users === 'object') return users.merge;
  if (users !== undefined) return users === 'merge' || users || undefined;
  const asks = type === 'redis-token' || type === 'django-session' || profile === 'simplejwt';
  return (asks && hasMain) || undefined;
}

/** Who gives out the ids of an authenticator. */
function issuersOf(name: string, { type, profile, issuer, jwks }: Configured): readonly string[] {
  if (type !== 'jwt' || profile === 'simplejwt') return [APP];
  if (issuer !== undefined) return [issuer].flat();
  return jwks === undefined ? [APP] : [`the issuer of "${name}"`];
}
