/**
 * How every client of an AWS service waits and tries again. The SDK itself waits for an answer without end, and one lost
 * connection would take all of its caller's time.
 */
export const CLIENT_CONFIG = {
  /** Backs off with jitter; a client's token bucket keeps retries from making an outage worse (SDK reference guide, "Retry behavior"). */
  retryMode: 'standard',
  /** the first one included */
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    // Without it the SDK warns, and goes on waiting.
    throwOnRequestTimeout: true,
  },
} as const;
