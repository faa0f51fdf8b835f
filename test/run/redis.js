import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const found = () => spawnSync('redis-server', ['--version']).status === 0;
const HOW = 'Tests need redis-server on the PATH: install it (Debian, Ubuntu: apt-get install redis-server).';
const POLICY = '/usr/sbin/policy-rc.d';

/** True if `redis-server` is on the PATH, by Debian's package where it had to be installed. */
export function ensureRedis() {
  if (found() || (installable() && install() && found())) return true;
  console.error(HOW);
  return false;
}

const installable = () => process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;

function install() {
  console.log('# redis-server is not on the PATH: installing the package redis-server');
  // Debian starts a service on installation unless this file says no.
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return apt('update') && apt('install', '-y', '--no-install-recommends', 'redis-server');
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // stdout is TAP's, and apt's story matters only when it fails.
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8' });
  if (status !== 0) console.error(`${stdout}${stderr}`);
  return status === 0;
}
