import type { Matched } from '../../core/exchange.ts';
import type { Fields } from '../../core/fields.ts';
import type { User } from '../../core/identity.ts';
import { type Maybe, then } from '../../core/maybe.ts';
import { memoOf } from '../../core/memo.ts';
import { StoreUnavailable } from '../../core/store.ts';
import { INACTIVE, readUser, UnreadableRecord } from '../../core/user.ts';
import type { UserRecord, Users } from '../../core/users.ts';
import type { Deny } from '../../core/words.ts';
import { completed } from '../completed.ts';
import { type ClaimMap, recordOf } from './claims.ts';
import type { Members } from './compact.ts';
import type { Profile } from './profile.ts';

interface SubjectOptions {
  claims: ClaimMap;
  profile: Profile;
  /** Completes what the claims say; undefined where the claims are all. */
  users: Users | undefined;
  fields: Fields | undefined;
}

type Known = { user: User } | Deny;

interface Claimed {
  record: UserRecord;
  said: Known;
}

/** Tells who a verified token is about. */
export class Subject {
  private readonly options: SubjectOptions;
  /** What the claims say; of a token that is known it is known too. */
  private readonly claimedBy: (payload: Members) => Claimed;

  constructor(options: SubjectOptions) {
    this.options = options;
    this.claimedBy = memoOf((payload) => this.claimed(payload));
  }

  /** @throws Unavailable, UnreadableRecord: the users source cannot tell */
  of(payload: Members, exchange: Matched): Maybe<Known> {
    const { users } = this.options;
    const { record, said } = this.claimedBy(payload);
    return users && 'user' in said ? this.lookUp(users, record, exchange) : said;
  }

  private claimed(payload: Members): Claimed {
    const { claims, profile } = this.options;
    const record = recordOf(payload, claims);
    if (record.id === undefined) return { record, said: profile.noUserId() };
    if (!canName(record.id)) return { record, said: profile.userNotFound() };
    return { record, said: this.readClaims(record) };
  }

  private lookUp(users: Users, claimed: UserRecord, { route }: Matched): Maybe<Known> {
    const { staleMs, signatureAlone } = route.onStoreError;
    const found = (record: UserRecord | undefined) =>
      record ? this.read(completed(claimed, record, claimed.scopes)) : this.options.profile.userNotFound();
    // Nothing is known of the user's rights then: the token's word for them does not count here.
    const outage = (error: unknown) => {
      if (!signatureAlone || !(error instanceof StoreUnavailable)) throw error;
      return this.read(completed(claimed, {}, claimed.scopes));
    };
    let asked: Maybe<UserRecord | undefined>;
    try {
      asked = users.find(String(claimed.id), staleMs);
    } catch (error) {
      return outage(error);
    }
    return then(asked, found, outage);
  }

  /** Claims that make no sense are the token's fault; a record that makes none is not. */
  private readClaims(claimed: UserRecord): Known {
    try {
      return this.read(claimed);
    } catch (error) {
      if (error instanceof UnreadableRecord) return this.options.profile.invalid(error.message);
      throw error;
    }
  }

  private read(record: UserRecord): Known {
    const user = readUser(record, this.options.fields);
    return user === INACTIVE ? this.options.profile.inactive() : { user };
  }
}

/** A list of one id, made text, would be that id; a number beyond 2^53 is not exact. */
function canName(id: unknown): boolean {
  return typeof id === 'string' || Number.isSafeInteger(id);
}
