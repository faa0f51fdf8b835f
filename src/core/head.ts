/**
 * A request as it arrived, before anything is decided. It holds no socket: the listener, upgrades, `explain` and
 * tests all make one.
 */
export interface RequestHead {
  method: string;
  /** The request target, byte for byte as in the request line. */
  target: string;
  /** Of HTTP: `1.1` or `1.0`. */
  version: string;
  /** Header lines as sent: name and value in turn. */
  rawHeaders: readonly string[];
  /** The IP address of the other end of the connection. */
  peer: string;
  /** How the connection itself was made. */
  scheme: 'http' | 'https';
  /** Whether it asks to leave HTTP: the connection is handed over with it. */
  upgrade: boolean;
}

/** Header values by lower-case name; lines of one name are joined as `node:http` joins them. */
export type Headers = Readonly<Record<string, string | undefined>>;
