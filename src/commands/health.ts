import { parseArgs } from 'node:util';
import { parseAddress } from '../core/host-port.ts';
import { type Command, Misuse } from './command.ts';

const TIMEOUT_MS = 2_000;

export const health: Command = {
  usage: `postern health [--ready]

      --ready   ask whether requests may be sent to it, instead

Asks the admin listener at POSTERN_ADMIN (default 127.0.0.1:8081). Exits with 0 for yes and 1 for no.`,
  async run({ args, env, out, err }) {
    let ready: boolean | undefined;
    try {
      ({ ready } = parseArgs({ args, options: { ready: { type: 'boolean' } } }).values);
    } catch (error) {
      throw new Misuse(error instanceof Error ? error.message : 'unknown option');
    }
    const address = parseAddress(env.POSTERN_ADMIN || '127.0.0.1:8081');
    if (!address) throw new Misuse('POSTERN_ADMIN is not host:port');
    const host = address.host === '0.0.0.0' || address.host === '::' ? '127.0.0.1' : address.host;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/${ready ? 'readyz' : 'healthz'}`;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      out((await response.text()).trim());
      return response.ok ? 0 : 1;
    } catch {
      err(`no answer from ${url}`);
      return 1;
    }
  },
};
