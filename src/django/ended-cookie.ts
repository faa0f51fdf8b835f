/** How a cookie was set: its end is another cookie to browsers unless these are the same. */
export interface CookieSpec {
  name: string;
  domain: string | undefined;
  path: string;
  /** Undefined writes no attribute. */
  sameSite: 'Lax' | 'Strict' | 'None' | undefined;
}

/**
 * The Set-Cookie value that ends a cookie, as Django's `delete_cookie` writes it. `Secure` is there where browsers would
 * otherwise not take it.
 */
export function endedCookie({ name, domain, path, sameSite }: CookieSpec): string {
  const secure = sameSite === 'None' || /^__(?:Secure|Host)-/.test(name);
  return [
    `${name}=""`,
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    'expires=Thu, 01 Jan 1970 00:00:00 GMT',
    'Max-Age=0',
    `Path=${path}`,
    ...(sameSite === undefined ? [] : [`SameSite=${sameSite}`]),
    ...(secure ? ['Secure'] : []),
  ].join('; ');
}
