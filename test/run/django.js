import { spawnSync } from 'node:child_process';

const NEEDED = /^test\/(?:parity|examples)\//;
const INSTALL = 'test/parity/django/install.sh';

/** Has the Django side installed where one of the files needs it. Where that cannot be, those tests are skipped, and say so. */
export function ensureDjango(files) {
  if (!files.some((file) => NEEDED.test(file))) return;
  const { status, stdout, stderr } = spawnSync('sh', [INSTALL], { encoding: 'utf8' });
  process.stdout.write(`${status === 0 ? stdout : stderr}`.trim().replace(/^/gm, '# ').concat('\n'));
}
