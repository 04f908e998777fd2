import { defineCommand } from '../support/command.ts';
import { targetOptions } from '../support/target.ts';

export const demand = defineCommand({
  usage: 'demand',
  summary: 'what each pool will want: arrivals forecast, slots desired and present',
  about:
    'Of each pool that was used within seven days: arrivals in each of the minutes ahead, with the tenth and ninetieth percentiles, and so many slots that one ticket in ten waits longer than ten seconds. The same goes out as the event CapacityDesired and as a metric, for whatever scales agents.',
  examples: ['hive demand', "hive demand --json | jq '.[] | {pool, desired_slots, present_slots}'"],
  options: targetOptions,
  run: async () => (await import('./tell-demand.ts')).tellDemand,
});
