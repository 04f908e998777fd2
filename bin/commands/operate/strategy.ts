import { apiOptions } from '../../support/api-options.ts';
import { defineCommand } from '../../support/command.ts';
import { operatorName, reason, span } from '../../support/options.ts';

export const strategy = defineCommand({
  usage: 'strategy [name]',
  summary: 'which scheduling strategy is in force, and why; with a name: say which',
  about:
    'weighted-fair shares turns out among tiers (8:4:2:1) and tenants, critical-first puts what is critical and what is late first, round-robin goes by tenants alone; auto hands the choice back to the error budget of tickets’ deadlines, which makes it otherwise. What an operator says holds for a while (--for) and needs --why; saying it again moves its end. Who and why are kept in the ledger.',
  examples: [
    'hive strategy',
    'hive strategy --json | jq .budget',
    "hive strategy critical-first --why 'release night' --for 2h",
    "hive strategy auto --why 'release is out'",
  ],
  options: (command) =>
    apiOptions(command)
      .option('--why <text>', 'kept with what is said', reason)
      .option('--for <span>', 'how long it holds: 90m, 2h, 7d at most (default: 1h)', span)
      .option('--as <name>', 'on whose behalf (default: your name on this machine)', operatorName),
  run: async () => (await import('./run-strategy.ts')).runStrategy,
});
