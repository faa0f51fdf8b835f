/** What the head of a request may cost. */
export interface HeadLimits {
  /** Request line and headers together. */
  bytes: number;
  /** Header lines. */
  count: number;
  /** Milliseconds until the head has arrived. */
  timeoutMs: number;
  /** Milliseconds that an idle connection is kept. */
  keepAliveMs: number;
}
