import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { type Compiled, compile, type Loaded } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import { withinNetworks } from './core/address.ts';
import type { Clock } from './core/clock.ts';
import { Kept, type Lease } from './core/kept.ts';
import type { Observe, Outcome } from './core/outcome.ts';
import type { Store } from './core/store.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { Guard } from './listen/guard.ts';
import { accessLog } from './observe/access-log.ts';
import { MemoryStore } from './store/memory/memory-store.ts';
import { RedisStore } from './store/redis/redis-store.ts';

export interface RuntimeOptions {
  clock: Clock;
  logger: Logger;
  /** Redis counts by `clock` instead of its own; tests own one. */
  ownClock?: boolean;
}

/** One file that serves, and what it alone uses. */
interface Generation {
  gateway: Gateway;
  compiled: Compiled;
  guard: Guard;
  observe: Observe;
  lease: Lease;
}

/** What outlives a file: the store, counters, connection pools, key sets, the log. */
export class Runtime {
  readonly store: Store;
  private readonly clock: Clock;
  private readonly log: Logger;
  private readonly localStore: Store;
  private readonly kept = new Kept();
  private readonly retiring = new Set<Promise<void>>();
  private current: Generation;

  /** @throws InvalidConfiguration */
  constructor(loaded: Loaded, { clock, logger, ownClock = false }: RuntimeOptions) {
    this.clock = clock;
    this.log = logger;
    this.store = openStore(loaded.settings, clock, logger, ownClock);
    this.localStore = new MemoryStore(clock, undefined, logger);
    try {
      this.current = this.generation(loaded);
    } catch (error) {
      void this.store.close();
      throw error;
    }
  }

  /** What decides about a request that arrives now. */
  readonly gateway = (): Gateway => this.current.gateway;
  readonly connected = (socket: Socket): void => this.current.guard.connected(socket);
  readonly observe = (outcome: Outcome): void => this.current.observe(outcome);
  /** The public keys of signed identities, as a JWK Set. */
  readonly keySet = (): string => this.current.compiled.keySet();
  readonly forgetUser = (id: string): void => this.current.compiled.forgetUser(id);

  /**
   * Serves another file from the next request on. Requests and WebSockets that are open end with the file they began
   * with; what has not changed lives on. A file that cannot be used changes nothing.
   *
   * @throws InvalidConfiguration
   */
  use(loaded: Loaded): void {
    const before = this.current;
    this.current = this.generation(loaded);
    const retired: Promise<void> = before.gateway
      .retire()
      .then(() => before.lease.release())
      .finally(() => this.retiring.delete(retired));
    this.retiring.add(retired);
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    await this.current.lease.release();
    await this.store.close();
  }

  private generation(loaded: Loaded): Generation {
    const { clock, log, store, localStore } = this;
    const { settings } = loaded;
    const lease = this.kept.lease();
    const { keep } = lease;
    try {
      const compiled = compile(loaded, { clock, store, log, keep });
      const trusted = withinNetworks(settings.trustedProxies);
      const guard = keep(
        'guard',
        [settings.guard, settings.trustedProxies],
        () => new Guard({ ...settings.guard, clock, log, trusted }),
      );
      const gateway = createGateway({ compiled, settings, guard, store, localStore, clock, log, trusted });
      const observe = settings.log.access ? accessLog(log) : () => {};
      return { gateway, compiled, guard, observe, lease };
    } catch (error) {
      void lease.release();
      throw error;
    }
  }
}

function openStore({ store }: Settings, clock: Clock, log: Logger, ownClock: boolean): Store {
  if (store?.kind === 'redis')
    return new RedisStore({ address: store.address, log, clock: ownClock ? clock : undefined });
  return new MemoryStore(clock, store?.records, log);
}
