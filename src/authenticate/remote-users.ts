import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';
import type { Maybe } from '../core/maybe.ts';
import { Unavailable } from '../core/unavailable.ts';
import { UnreadableRecord } from '../core/unreadable.ts';
import type { Users } from '../core/users.ts';
import { FetchFailed, fetchDocument } from './fetch-document.ts';
import { parseRecord } from './record.ts';
import type { UserUrl } from './user-url.ts';
import type { UserRecord } from './users-file.ts';

/** The source of users cannot tell: 503, never 401. */
export class UsersUnavailable extends Unavailable {
  override name = 'UsersUnavailable';
}

/** Answers that are remembered at once, and bytes of JSON in them. */
const MOST = 10_000;
const MOST_BYTES = 32 << 20;
/** Bytes of one answer. */
const LARGEST = 1 << 20;

interface Answer {
  record: UserRecord | undefined;
  at: number;
  bytes: number;
}

interface RemoteUsersOptions {
  urlOf: UserUrl;
  /** How long an answer is used again. */
  cacheMs: number;
  /** How long an answer may take. */
  timeoutMs: number;
  clock: Clock;
}

/** Users of whom the app tells at a URL. */
export class RemoteUsers implements Users {
  private readonly options: RemoteUsersOptions;
  private readonly answers = new LRUCache<string, Answer>({
    max: MOST,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ bytes }) => Math.max(bytes, 1),
  });
  private readonly asking = new Map<string, Promise<Answer>>();

  constructor(options: RemoteUsersOptions) {
    this.options = options;
  }

  find(id: string, staleMs: number): Maybe<UserRecord | undefined> {
    const url = this.options.urlOf(id);
    if (!url) return undefined;
    const known = this.answers.get(id);
    const age = known ? this.options.clock.now() - known.at : Number.POSITIVE_INFINITY;
    if (known && age < this.options.cacheMs) return known.record;
    return this.ask(id, url).then(
      ({ record }) => record,
      (error: unknown) => {
        const cannotTell = error instanceof Unavailable || error instanceof UnreadableRecord;
        if (known && age <= staleMs && cannotTell) return known.record;
        throw error;
      },
    );
  }

  forget(id: string): void {
    this.answers.delete(id);
    this.asking.delete(id);
  }

  /** One question about a user at a time, however many requests wait for it. */
  private ask(id: string, url: URL): Promise<Answer> {
    const asking = this.asking.get(id);
    if (asking) return asking;
    const started: Promise<Answer> = this.fetch(id, url).then((answer) => {
      // What was forgotten meanwhile is not remembered again.
      if (this.asking.get(id) === started) this.answers.set(id, answer);
      return answer;
    });
    this.asking.set(id, started);
    const done = () => {
      if (this.asking.get(id) === started) this.asking.delete(id);
    };
    started.then(done, done);
    return started;
  }

  private async fetch(id: string, url: URL): Promise<Answer> {
    const { timeoutMs, clock } = this.options;
    let document: Buffer | undefined;
    try {
      document = await fetchDocument(url, { accept: 'application/json', largest: LARGEST, timeoutMs });
    } catch (error) {
      if (error instanceof FetchFailed) throw new UsersUnavailable(error.message, { cause: error });
      throw error;
    }
    const record = document && { id, ...objectIn(document) };
    return { record, at: clock.now(), bytes: document?.byteLength ?? 0 };
  }
}

/** Elsewhere a record may be a bare id or a pickle; an app answers with a JSON object. */
function objectIn(document: Buffer): UserRecord {
  if (!document.toString('latin1').trimStart().startsWith('{'))
    throw new UnreadableRecord('answer is not a JSON object');
  return parseRecord(document);
}
