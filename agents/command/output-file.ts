/** The output map that a program writes to the file named by HIVE_OUTPUT. */
import { open } from 'node:fs/promises';
import { TicketFailure } from '../sdk/failures.ts';

const FILE_BYTES = 1024 * 1024;

/**
 * `name=value`, a line each; a value of several lines as `name<<END`, the lines, `END`. The same name again replaces the
 * earlier value; empty lines are skipped. (The format of GitHub Actions' GITHUB_OUTPUT.)
 * Throws a `TicketFailure`, not retryable: OUTPUT_INVALID for anything else, RESULT_TOO_LARGE over 1 MB.
 */
export function parseOutput(text: string): Record<string, string> {
  const output: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.trim() === '') continue;
    const several = /^([^=<]+)<<(.+)$/.exec(line);
    if (several !== null) {
      const end = lines.indexOf(several[2] ?? '', index + 1);
      if (end === -1) throw invalid(`line ${index + 1} of HIVE_OUTPUT opens ${several[2]}, which never comes`);
      output[several[1] ?? ''] = lines.slice(index + 1, end).join('\n');
      index = end;
      continue;
    }
    const equals = line.indexOf('=');
    if (equals < 1) throw invalid(`line ${index + 1} of HIVE_OUTPUT is not name=value: ${line.slice(0, 100)}`);
    output[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return output;
}

export async function readOutput(file: string): Promise<Record<string, string>> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return {};
  try {
    const { size } = await handle.stat();
    if (size > FILE_BYTES) {
      throw new TicketFailure(`HIVE_OUTPUT holds ${size} bytes, over ${FILE_BYTES}`, {
        code: 'RESULT_TOO_LARGE',
        retryable: false,
      });
    }
    return parseOutput(await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

const invalid = (message: string) => new TicketFailure(message, { code: 'OUTPUT_INVALID', retryable: false });
