import { type ClaimPath, claimAt, parseClaimPath } from './claim-path.ts';

/** Which claim becomes which attribute of the user, where `claims` does not say otherwise. Rights must be mapped. */
const DEFAULT_CLAIMS: Readonly<Record<string, string>> = {
  id: 'sub',
  username: 'preferred_username',
  groups: 'groups',
  permissions: 'permissions',
  scopes: 'scope',
};

interface Mapping {
  attribute: string;
  path: ClaimPath;
  /** The file maps it: a value of another shape is an error of the token. */
  given: boolean;
}

/** How the claims of a token become attributes of its user. */
export type ClaimMap = readonly Mapping[];

/**
 * What the file says of claims, with the defaults.
 *
 * @param idClaim the claim that names the user unless the file says otherwise
 * @param wrong is told of attributes whose claim cannot be read as a path
 */
export function claimMapOf(
  given: Readonly<Record<string, string>>,
  idClaim: string,
  wrong: (attribute: string) => void,
): ClaimMap {
  return Object.entries({ ...DEFAULT_CLAIMS, id: idClaim, ...given }).flatMap(([attribute, claim]) => {
    const path = parseClaimPath(claim);
    if (!path) wrong(attribute);
    return path ? { attribute, path, given: Object.hasOwn(given, attribute) } : [];
  });
}

/**
 * What the claims say of the user. Claims that the file does not map can have any shape, as other people give the same
 * names to other things: what does not look like the attribute is not read.
 */
export function recordOf(payload: Readonly<Record<string, unknown>>, map: ClaimMap): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null);
  for (const { attribute, path, given } of map) {
    const value = claimAt(payload, path);
    if (value !== undefined && (given || looksLike(attribute, value))) record[attribute] = value;
  }
  return record;
}

function looksLike(attribute: string, value: unknown): boolean {
  if (attribute === 'id') return true;
  if (attribute === 'username') return isText(value);
  return typeof value === 'string' || (Array.isArray(value) && value.every(isNamed));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

/** Items of a list may be objects with a name. */
function isNamed(item: unknown): boolean {
  return isText(item) || (item !== null && typeof item === 'object' && 'name' in item && isText(item.name));
}
