import { buildConnector } from 'undici';

/**
 * Connects to an upstream, whose certificate is verified. undici takes a reset for the proper end of a body that only
 * the connection ends; under another code it stays the failure that it is.
 */
export function connector(connectMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: connectMs, rejectUnauthorized: true, allowH2: false });
  return (options, connected) => {
    connect(options, (...outcome) => {
      outcome[1]?.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNRESET') error.code = 'UPSTREAM_RESET';
      });
      connected(...outcome);
    });
  };
}
