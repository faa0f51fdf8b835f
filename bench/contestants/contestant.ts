import type { Child } from '../stage/child.ts';
import type { RedisServer } from '../stage/redis.ts';
import type { Stage } from '../stage/stage.ts';

/** What every contestant finds there. */
export interface Scene {
  stage: Stage;
  redis: RedisServer;
  /** The port of the backend. */
  upstream: number;
  /** Contestants other than Postern write no access log. */
  quietPeers: boolean;
}

export interface StartedContestant {
  child: Child;
  port: number;
}

/** A gateway that can be measured. */
export interface Contestant {
  name: string;
  /** Which command it is, and what to install where there is none. */
  needs?: { command: string; packages: string };
  /** @param limit requests a second that a user may send; what forwards only has no limit */
  start(scene: Scene, limit: number): Promise<StartedContestant>;
}
