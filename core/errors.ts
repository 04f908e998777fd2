/**
 * Every error a caller can act on has a stable `code`, what it was about in `detail`, and an HTTP status for the edge.
 * A code never changes its meaning; new meanings get new codes.
 */
export class HiveError extends Error {
  override readonly name = 'HiveError';
  readonly code: string;
  readonly status: number;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { status?: number; detail?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.detail = options.detail ?? {};
  }
}
