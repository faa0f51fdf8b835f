/**
 * Why a record could not be read: `malformed` (its bytes make no sense), `refused` (they ask for something that a
 * data-only reader does not do, such as building a Python object) or `limit` (too big, too deep, too many).
 */
export type UndecodableReason = 'malformed' | 'refused' | 'limit';

/** A record that cannot be read as data. The message says what was wrong, never what the record holds. */
export class Undecodable extends Error {
  override name = 'Undecodable';
  readonly reason: UndecodableReason;

  constructor(reason: UndecodableReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export function malformed(message: string): Undecodable {
  return new Undecodable('malformed', message);
}

export function refused(message: string): Undecodable {
  return new Undecodable('refused', message);
}

export function tooMuch(message: string): Undecodable {
  return new Undecodable('limit', message);
}
