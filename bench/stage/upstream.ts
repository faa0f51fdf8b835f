import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { template } from '../contestants/template.ts';
import { freePort, type Stage } from './stage.ts';

/** What is fetched where replies are big, by path. */
export const BIG = { '/1mb': 1 << 20, '/100mb': 100 << 20 } as const;

/** Shows the X-User that arrived. */
export const SEEN = '/seen';

/** The backend of every contestant: nginx with a small JSON reply for any path but those above. */
export async function startUpstream(stage: Stage): Promise<number> {
  const port = await freePort();
  for (const [path, bytes] of Object.entries(BIG))
    writeFileSync(join(stage.folder, path), Buffer.alloc(bytes, 'x'));
  await stage.serve(port, 'nginx', ['-c', template(stage, 'upstream.conf', { port })]);
  return port;
}
