import { defineCommand } from '../support/command.ts';
import { rows } from '../support/options.ts';
import { targetOptions } from '../support/target.ts';

export const calibration = defineCommand({
  usage: 'calibration',
  summary: 'how good predictions were: of plans’ being in time, of attempts’ failing and taking so long',
  about:
    'From the ledger: each prediction of the last plans is held against what happened. Brier: the mean squared error, 0 is best. Skill: how much better than always saying the base rate, 1 is best, 0 no better. The table holds what was predicted against what happened, by deciles.',
  examples: ['hive calibration', 'hive calibration --plans 200', 'hive calibration --json | jq .in_time.brier'],
  options: (command) => targetOptions(command).option('--plans <n>', 'of so many of the newest plans', rows, 50),
  run: async () => (await import('./tell-calibration.ts')).tellCalibration,
});
