/** Control characters, and half of a surrogate pair, which has no UTF-8. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const LONGEST = 256;

/** Ids that cannot name anything but a user, wherever they are put. */
const PLAIN = /^[A-Za-z0-9_@.+-]{1,128}$/;

/**
 * Whether an id can be looked up. Issuers' ids are text of any kind: `auth0|5f7c…`, `f:<uuid>:name`,
 * `o'brien@example.com`, `Zoë`, `Ada Lovelace`.
 */
export function isUserId(id: string): boolean {
  return id !== '' && id.length <= LONGEST && !UNPRINTABLE.test(id);
}

/**
 * The key of a user: the id as it is, in place of `{id}`. Undefined for an id that can name no user. A key that begins
 * with `{id}` takes plain ids only: any other could name any key of the database.
 */
export function userKey(template: string, id: string): string | undefined {
  const known = template.startsWith('{id}') ? PLAIN.test(id) : isUserId(id);
  return known ? template.replaceAll('{id}', () => id) : undefined;
}
