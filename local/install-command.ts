/** The programs that an installation consists of: each has to succeed. */
import { HiveError } from '../core/errors.ts';
import { type CommandOptions, run } from './command.ts';

/**
 * Runs a program that has to succeed.
 * @param name what to call it in the error
 * @throws HiveError LOCAL_INSTALL_FAILED with the program's last lines
 */
export async function must(
  program: string,
  args: readonly string[],
  name: string,
  options: CommandOptions = {},
): Promise<void> {
  const { status, stdout, stderr } = await run(program, args, options);
  if (status === 0) return;
  const lines = (stdout + stderr).trimEnd().split('\n').slice(-15);
  const message = `Installing the local AWS failed: "${name}" ended with status ${status ?? 'none'}.
${lines.join('\n')}
What was done so far is kept; run the same command again to go on.`;
  throw new HiveError('LOCAL_INSTALL_FAILED', message, { status: 500, detail: { command: name, lines } });
}
