import type { JWTPayload } from 'jose';
import { isMap } from '../../core/is-map.ts';

/** The members of a payload, integers exact. */
export type Claims = Readonly<Record<string, unknown>>;

/** Which claim becomes which attribute of the user, where `claims` does not say otherwise. Rights need a word of yours. */
export const DEFAULT_CLAIMS: Readonly<Record<string, string>> = {
  id: 'sub',
  username: 'preferred_username',
  groups: 'groups',
  permissions: 'permissions',
  scopes: 'scope',
};

/** What the claims say of the user. A claim is named as it stands, or by a dotted path into objects. */
export function recordOf(payload: Claims, claims: Readonly<Record<string, string>>): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [attribute, claim] of Object.entries(claims)) {
    const value = claimAt(payload, claim);
    if (value !== undefined) record[attribute] = value;
  }
  return record;
}

function claimAt(payload: Claims, claim: string): unknown {
  if (Object.hasOwn(payload, claim)) return payload[claim];
  let value: unknown = payload;
  for (const name of claim.split('.')) {
    if (!isMap(value)) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A reason why the dates cannot be meant, or undefined. `jose` has checked `exp` and `nbf` themselves. */
export function dateProblem(
  payload: JWTPayload,
  nowSeconds: number,
  leewaySeconds: number,
): string | undefined {
  for (const name of ['exp', 'nbf', 'iat'] as const) {
    const value: unknown = payload[name];
    if (value === undefined) continue;
    if (typeof value !== 'number' || Math.abs(value) > Number.MAX_SAFE_INTEGER) return `${name} is no date`;
  }
  if (payload.iat !== undefined && payload.iat > nowSeconds + leewaySeconds) return 'issued in the future';
  return undefined;
}
