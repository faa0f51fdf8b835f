import type { AnyPart, Permission } from '../core/words.ts';
import { group, permission, scope } from './group.ts';
import { model } from './model.ts';
import { owner } from './owner.ts';
import { when } from './when.ts';

/** Every permission that takes options; those that are one word stand in `words.ts`. Told apart by their first key. */
export const permissions = [
  group,
  permission,
  scope,
  model,
  owner,
  when,
] as const satisfies readonly AnyPart<Permission>[];
