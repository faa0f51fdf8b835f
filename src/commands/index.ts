import { check } from './check.ts';
import type { Command } from './command.ts';
import { health } from './health.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';

/** Every command there is. A new one is a file beside these and a line here. */
export const commands: readonly Command[] = [serve, check, health, version];
