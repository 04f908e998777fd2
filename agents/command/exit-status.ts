/** What a program's exit status says about its ticket. */
import { TicketFailure } from '../sdk/failures.ts';

/**
 * The statuses of sysexits.h that mean that the input, the program or the machine's set-up is wrong: another attempt
 * would end the same. The others of sysexits.h (68 no host, 69 unavailable, 71 OS error, 74 I/O error, 75 try again)
 * may pass, and so may any status a program gives a meaning of its own.
 */
const LASTING: Readonly<Record<number, string>> = {
  64: 'EX_USAGE',
  65: 'EX_DATAERR',
  66: 'EX_NOINPUT',
  67: 'EX_NOUSER',
  70: 'EX_SOFTWARE',
  72: 'EX_OSFILE',
  73: 'EX_CANTCREAT',
  76: 'EX_PROTOCOL',
  77: 'EX_NOPERM',
  78: 'EX_CONFIG',
};
/** POSIX shells: found but not executable, and not found. */
const NOT_RUN = [126, 127];

export type Exit = { status: number } | { signal: NodeJS.Signals };

/** undefined: it succeeded. `lastErrors` are the last lines of its standard error. */
export function failureOfExit(exit: Exit, lastErrors: readonly string[]): TicketFailure | undefined {
  const said = lastErrors.length === 0 ? '' : `: ${lastErrors.join(' | ')}`;
  if ('signal' in exit) {
    return new TicketFailure(`the program was killed by ${exit.signal}${said}`, {
      code: 'COMMAND_KILLED',
      output: { signal: exit.signal },
    });
  }
  const { status } = exit;
  if (status === 0) return undefined;
  const name = LASTING[status] === undefined ? '' : ` (${LASTING[status]})`;
  return new TicketFailure(`the program ended with exit status ${status}${name}${said}`, {
    code: NOT_RUN.includes(status) ? 'COMMAND_NOT_FOUND' : 'COMMAND_FAILED',
    retryable: LASTING[status] === undefined && !NOT_RUN.includes(status),
    output: { exit_code: String(status) },
  });
}
