import type { Maybe } from './maybe.ts';

/** Finds the record behind a user id: what a session or a token names, and another part of the app keeps. */
export interface Users {
  /**
   * The record; undefined when there is no such user.
   *
   * @param staleMs how old an answer may be while the source cannot be asked
   * @throws when the source cannot tell
   */
  find(id: string, staleMs: number): Maybe<Readonly<Record<string, unknown>> | undefined>;
  /** Drops what is remembered of a user. */
  forget(id: string): void;
}
