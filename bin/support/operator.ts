/** Who does something to a plan from the command line, and why. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type ApiOptions, apiOptions } from './api-options.ts';
import { operatorName, reason } from './options.ts';

export interface OperatorOptions extends ApiOptions {
  readonly why: string;
  readonly as?: string;
}

export const operatorOptions = (command: Command): Command =>
  apiOptions(command)
    .requiredOption('--why <text>', 'kept with what is done', reason)
    .option('--as <name>', 'on whose behalf (default: your name on this machine)', operatorName);

/** What goes with every verb. The API itself notes whose credentials it was asked with. */
export function operatorOf({ why, as }: OperatorOptions): { why: string; on_behalf_of?: string } {
  const name = as ?? nameHere();
  return { why, ...(name === undefined ? {} : { on_behalf_of: name }) };
}

/** In a container the process may be nobody's. */
function nameHere(): string | undefined {
  try {
    return userInfo().username || undefined;
  } catch {
    return undefined;
  }
}
