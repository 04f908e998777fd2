/** How large a request may be beside its body; API Gateway's own limits are 10 KB of headers and 10 MB of body. */
import { HiveError } from '../errors.ts';

/** Characters of a path with its query. */
export const MAX_URL_CHARS = 9_216;
export const MAX_QUERY_PARAMETERS = 32;
export const MAX_HEADERS = 64;
/** Characters of a header; SigV4's authorization with a session's token is below. */
export const MAX_HEADER_CHARS = 4_096;

export interface RequestSize {
  readonly url_chars: number;
  readonly parameters: number;
  /** characters of each header's value */
  readonly headers: readonly number[];
}

/** @throws HiveError REQUEST_TOO_LARGE (431), saying what of it */
export function requireModest({ url_chars, parameters, headers }: RequestSize): void {
  if (url_chars > MAX_URL_CHARS) throw tooLarge(`its path and query are over ${MAX_URL_CHARS} characters`);
  if (parameters > MAX_QUERY_PARAMETERS) throw tooLarge(`it has over ${MAX_QUERY_PARAMETERS} query parameters`);
  if (headers.length > MAX_HEADERS) throw tooLarge(`it has over ${MAX_HEADERS} headers`);
  if (headers.some((chars) => chars > MAX_HEADER_CHARS))
    throw tooLarge(`one of its headers is over ${MAX_HEADER_CHARS} characters`);
}

const tooLarge = (why: string): HiveError =>
  new HiveError('REQUEST_TOO_LARGE', `The request is too large: ${why}.`, { status: 431 });
