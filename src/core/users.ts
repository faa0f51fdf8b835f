import type { Maybe } from './maybe.ts';

/** What a source holds of a user. */
export type UserRecord = Readonly<Record<string, unknown>>;

/** Finds the record behind a user id: what a session or a token names, and another part of the app keeps. */
export interface Users {
  /**
   * The record; undefined when there is no such user.
   *
   * @param staleMs how old an answer may be while the source cannot be asked
   * @throws when the source cannot tell
   */
  find(id: string, staleMs: number): Maybe<UserRecord | undefined>;
  /** Drops what is remembered of a user. */
  forget(id: string): void;
}

/** The users sources of a file. */
export interface UserSources {
  /** The source of `users: { key }` or `users: { url }`. */
  readonly main: Users | undefined;
  /** Those of `users: { sources: … }`. */
  readonly named: ReadonlyMap<string, Users>;
  /** `users` has an error that was reported: a source that is missing here may only be misspelt. */
  readonly incomplete: boolean;
}

export const NO_SOURCES: UserSources = { main: undefined, named: new Map(), incomplete: false };
