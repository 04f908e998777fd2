import { defineCommand } from '../support/command.ts';
import { moment } from '../support/options.ts';
import { targetOptions } from '../support/target.ts';

export const replay = defineCommand({
  usage: 'replay <plan-id>',
  summary: 'rebuild a plan from its events and compare, or show it as it stood',
  about:
    'The plan, its tickets and its incidents are rebuilt by the same state machines that run it, their hash chains are checked, and every difference from the stored states is listed: then it exits with 8. --at shows the plan as it stood at a time: ISO 8601 (UTC, unless it says otherwise), epoch milliseconds, or so long ago (-90s, -5m, -2h, -1d).',
  examples: [
    'hive replay release-train-1',
    'hive replay release-train-1 --at -5m',
    'hive replay release-train-1 --at 2026-06-01T12:00:00Z --json | jq .tickets[].phase',
  ],
  options: (command) => targetOptions(command).option('--at <time>', 'show the plan as it stood then', moment),
  run: async () => (await import('./replay-plan.ts')).replayPlan,
});
