import { type Definition, defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';

const verb = (name: string, summary: string, about: string, example: string): Definition =>
  defineCommand({
    usage: `${name} <agent-id>`,
    summary,
    about: `${about} Asking again changes nothing. Who and why are kept in the ledger.`,
    examples: [`hive agent ${name} builder-1 --why '${example}'`],
    options: operatorOptions,
    run: async () => (await import('./run-agent-verb.ts')).agentVerb(name),
  });

export const agentQuarantine = verb(
  'quarantine',
  'set an agent apart: it is given nothing, nothing that it says counts, what it holds goes to others',
  'For security. The tokens of what it runs are revoked; it may go on to call for itself, and stays apart when it registers anew, until somebody releases it (hive agent release). It is the id that is set apart, not whoever has it: they may register another. Take their credential from them as well: hive agent revoke, or IAM.',
  'it calls a host that it should not know',
);
export const agentRelease = verb(
  'release',
  'let an agent that was set apart take tickets again',
  'For security. Tickets that wait for it are matched at once.',
  'its disk was looked at',
);
export const agentDrain = verb(
  'drain',
  'give an agent nothing more; what it holds it may end',
  'It stays so when it registers anew, until somebody undoes it (hive agent undrain).',
  'its disk is replaced',
);
export const agentUndrain = verb(
  'undrain',
  'let a drained agent take tickets again',
  'Tickets that wait for it are matched at once.',
  'the new disk is in',
);
