/** What is known of a caller. Records and claims are normalised to this when they are read. */
export interface User {
  /** Always text, whatever the record holds; absent for anonymous callers without one. */
  id?: string;
  username?: string;
  groups: readonly string[];
  permissions: readonly string[];
  scopes: readonly string[];
  is_staff: boolean;
  is_superuser: boolean;
  [attribute: string]: unknown;
}

/** Where the accepted credential stood in the request, so that it can be removed before forwarding. */
export type Credential =
  | { in: 'header'; name: string }
  | { in: 'query'; name: string }
  | { in: 'cookie'; name: string };

export interface Identity {
  user: User;
  /** False for callers that no authenticator knows, and for those whom `anonymous` admitted. */
  authenticated: boolean;
  /** The name, in the YAML, of the authenticator that answered. */
  by?: string;
  credential?: Credential;
}

export const NO_USER: User = Object.freeze({
  groups: [],
  permissions: [],
  scopes: [],
  is_staff: false,
  is_superuser: false,
});

/** A caller of whom nothing is known. */
export const NOBODY: Identity = Object.freeze({ user: NO_USER, authenticated: false });
