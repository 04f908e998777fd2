/** How a command ends when it cannot do what it was asked: what, why, what to do, and the exit status. */
import { HiveError } from '../../core/errors.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { Io } from './io.ts';
import { plain, toJson } from './text.ts';

/** An error with a line of advice, shown after `try:`. */
export function refuse(
  code: string,
  message: string,
  options: { try?: string; detail?: Record<string, unknown>; cause?: unknown } = {},
): HiveError {
  const { try: advice, detail, cause } = options;
  return new HiveError(code, message, {
    detail: { ...detail, ...(advice === undefined ? {} : { try: advice }) },
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Writes the error and answers with the exit status. With `--json` it is the one thing on stdout, so that whoever parses
 * stdout always gets JSON; else it is on stderr.
 */
export function tellError(thrown: unknown, io: Io, json: boolean): number {
  const error = toHiveError(thrown);
  const status = exitCodeOf(error);
  if (json) {
    const { code, message, detail } = error;
    io.stdout.write(`${toJson({ error: { code, message, detail } })}\n`);
    return status;
  }
  const { bold, red } = io.stderr.color;
  const [first = '', ...more] = error.message.split('\n').map(plain);
  io.stderr.write(`${red(bold(`error ${plain(error.code)}`))}: ${[first, ...more].join('\n  ')}\n`);
  const { try: advice } = error.detail;
  if (typeof advice === 'string') io.stderr.write(`${bold('try:')} ${plain(advice)}\n`);
  if (status === EXIT.internal && thrown instanceof Error && io.env.HIVE_DEBUG) io.stderr.write(`${thrown.stack}\n`);
  return status;
}

function toHiveError(thrown: unknown): HiveError {
  if (thrown instanceof HiveError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const name = codeOf(error);
  const what = messageOf(error);
  if (UNREACHABLE.test(name) || error.name === 'TimeoutError')
    return refuse('AWS_UNREACHABLE', `AWS did not answer: ${what}`, {
      try: 'hive status, to see what runs; hive up starts a local AWS',
      cause: error,
    });
  if ('$metadata' in error)
    return refuse('AWS_REFUSED', `AWS answered ${error.name}: ${what}`, {
      try: 'hive status --json, to see which AWS and which stack are meant',
      cause: error,
    });
  if (error.name === 'CredentialsProviderError')
    return refuse('AWS_UNREACHABLE', `There are no AWS credentials: ${what}`, {
      try: 'aws sso login (or set AWS_PROFILE); or hive up, for a local AWS',
      cause: error,
    });
  return refuse('INTERNAL', what, { try: 'HIVE_DEBUG=1 shows where it happened', cause: error });
}

const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR_.*)$/;

/** Node reports several failed addresses as one AggregateError without a message of its own. */
function codeOf(error: Error & { code?: unknown }): string {
  if (typeof error.code === 'string') return error.code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? codeOf(inner) : '';
}

function messageOf(error: Error): string {
  if (error.message !== '') return error.message;
  return error instanceof AggregateError ? error.errors.map((inner: Error) => inner.message).join('; ') : error.name;
}
