import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';

export const guardsReset = defineCommand({
  usage: 'reset <key>',
  summary: 'close a breaker before a ticket has tried it',
  about:
    'For an agent or an asset that is known to be well again: tickets that wait for it are matched at once. Should it go on failing, it opens again. Asking again changes nothing. Who and why are kept in the ledger.',
  examples: ["hive guards reset agent:builder-1 --why 'its disk is replaced'"],
  options: operatorOptions,
  run: async () => (await import('./show-guards.ts')).resetGuard,
});
