/** The errors of starting a local AWS, with what to do about them. */
import { HiveError } from '../core/errors.ts';

export function endpointUnreachable(endpoint: string): HiveError {
  const message = `Nothing answers at ${endpoint}, which AWS_ENDPOINT_URL names. Start what should run there, or unset AWS_ENDPOINT_URL to have a local AWS started for you.`;
  return new HiveError('LOCAL_ENDPOINT_UNREACHABLE', message, { status: 503, detail: { endpoint } });
}

export function portBusy(port: number): HiveError {
  const message = `Port ${port} of 127.0.0.1 is used by another program. Stop that program, or choose another port: HIVE_PORT=${port === 65_535 ? port - 1 : port + 1}. (A LocalStack of your own there can be used with AWS_ENDPOINT_URL=http://127.0.0.1:${port}.)`;
  return new HiveError('LOCAL_PORT_BUSY', message, { status: 409, detail: { port } });
}

/** The port that HIVE_PORT chooses; 4566 if it is not set. @throws HiveError LOCAL_PORT_INVALID */
export function portOf(text: string | undefined): number {
  const port = text ? Number(text) : 4566;
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  const message = `HIVE_PORT=${JSON.stringify(text)} is no port: use a whole number from 1 to 65535.`;
  throw new HiveError('LOCAL_PORT_INVALID', message, { detail: { port: text } });
}

/** @param log all of LocalStack's output; its last lines go into the message */
export function startFailed(log: string, file: string | undefined): HiveError {
  const lines = log.trimEnd().split('\n').slice(-20);
  const where = file ? `\nThe whole log: ${file}` : '';
  const message = `LocalStack did not start. Its last lines:\n${lines.join('\n')}${where}`;
  return new HiveError('LOCAL_START_FAILED', message, { status: 500, detail: { lines, log: file } });
}
