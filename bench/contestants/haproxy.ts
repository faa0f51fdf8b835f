import { freePort } from '../stage/stage.ts';
import type { Contestant } from './contestant.ts';
import { template } from './template.ts';

/** @param rules of its frontend; `@LIMIT@` is the limit */
function haproxy(rules: string): Contestant {
  return {
    name: 'HAProxy',
    needs: { command: 'haproxy', packages: 'haproxy' },
    async start({ stage, upstream, quietPeers }, limit) {
      const port = await freePort();
      const log = quietPeers ? '' : 'log stdout format raw local0 info';
      const config = template(stage, 'haproxy.cfg', {
        port,
        upstream,
        log,
        rules: rules.replace('@LIMIT@', String(limit)),
      });
      const args = ['-db', '-f', config];
      const child = await stage.serve(port, 'haproxy', args, { cores: stage.cores.contestant });
      return { child, port };
    },
  };
}

export const haproxyPlain = haproxy('  http-request set-header X-User 42');

/**
 * HAProxy as it verifies tokens of one algorithm.
 *
 * @param key the secret, or the path of the public key
 */
export function haproxyJwt(algorithm: 'HS256' | 'RS256', key: string): Contestant {
  return haproxy(`  stick-table type string len 64 size 1m expire 60s store http_req_rate(1s)
  http-request set-var(txn.bearer) http_auth_bearer
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify("${algorithm}","${key}") 1 }
  http-request set-var(txn.sub) var(txn.bearer),jwt_payload_query('$.sub')
  http-request track-sc0 var(txn.sub)
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt @LIMIT@ }
  http-request set-header X-User %[var(txn.sub)]`);
}
