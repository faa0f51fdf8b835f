import type { AnyPart, Throttle } from '../core/words.ts';
import { slidingLog } from './sliding-log.ts';

/** Every kind of throttle; the first is the default. */
export const throttles = [slidingLog] as const satisfies readonly AnyPart<Throttle>[];
