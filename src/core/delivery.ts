/**
 * What becomes of a request at its upstream. It is written while the request is under way, and true at any time: the log
 * reads it when the client's side has ended.
 */
export interface Delivery {
  /** Milliseconds from sending the request until the head of the reply; undefined before it. */
  upstreamMs: number | undefined;
  /** Bytes of the reply's body, or those that a WebSocket carried to the client. */
  bytesSent: number;
  /** Of an upgrade only. */
  upgrade?: UpgradeDelivery;
}

export interface UpgradeDelivery {
  /** Of the server's answer; 101 when it agreed. */
  status: number;
  /** Bytes that a WebSocket carried from the client. */
  bytesReceived: number;
  /** Which side ended a WebSocket first; `idle` when it carried nothing for too long. */
  endedBy: 'client' | 'upstream' | 'idle' | undefined;
}
