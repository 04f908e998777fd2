/**
 * A server on 127.0.0.1 that acts with somebody's credentials is reached by every page which that person's browser shows.
 * Two headers that a page cannot forge keep pages out: Host names what the browser believes it talks to (another name that
 * was pointed here shows), and Origin, where there is one, the page that calls.
 */
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

export interface CallHeaders {
  /** Host, or :authority in HTTP/2 */
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** Why the call is not taken, or undefined when it is. */
export function refusalOf({ host, origin }: CallHeaders): string | undefined {
  if (host === undefined || !LOOPBACK.test(host))
    return 'Call this server by its address: localhost or 127.0.0.1, and its port.';
  if (origin !== undefined && origin !== `http://${host}`)
    return 'This server takes no calls from pages of other sites.';
  return undefined;
}
