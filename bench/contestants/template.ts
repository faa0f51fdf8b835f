import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type Stage } from '../stage/stage.ts';

/** A file of `bench/contestants/` with its `@NAME@` filled in; `@FOLDER@` is the stage's. Returns the path. */
export function template(
  stage: Stage,
  name: string,
  values: Readonly<Record<string, string | number>>,
): string {
  const text = readFileSync(join(ROOT, 'bench/contestants', name), 'utf8');
  const all: Record<string, string | number> = { folder: stage.folder, ...values };
  return stage.write(
    name,
    text.replace(/@([A-Z_]+)@/g, (_, word: string) => {
      const value = all[word.toLowerCase()];
      if (value === undefined) throw new Error(`${name}: nothing for @${word}@`);
      return String(value);
    }),
  );
}
