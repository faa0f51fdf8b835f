import type { Response } from '../../support/raw.ts';
import { cookieOf, expected, type Outcome } from '../player/outcome.ts';

const NAMES = ['WWW-Authenticate', 'Retry-After', 'Vary', 'Content-Language'];

/** What DRF answered, as the recordings would tell of it. */
export function heard(http: string, response: Response): Outcome {
  const { status } = response;
  const headers = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = response.header(name).join(', ');
      return value === '' ? [] : [[name, value] as const];
    }),
  );
  const text = response.body.toString();
  const json = text === '' ? {} : { json: JSON.parse(text) as unknown };
  const set_cookie = response.header('set-cookie').map(cookieOf);
  return expected({ http, expect: { status, headers, set_cookie, ...json } });
}
