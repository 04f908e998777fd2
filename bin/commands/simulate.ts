import { Option } from 'commander';
import { defineCommand } from '../support/command.ts';
import { agentsOrFile, copies, minutes, planningBudget, scale, seed, share, spread } from '../support/options.ts';
import { targetOptions } from '../support/target.ts';

export const simulate = defineCommand({
  usage: 'simulate <file...>',
  summary: 'tell how plans would go, before anything is sent',
  about:
    'The scheduler and the matching that run in the cloud decide here as well; only time and agents are played. FILE is a plan, a WfFormat document or an STG file; - is standard input. ' +
    'N agents are identical and may run anything, unless --speeds or --failure-rate say otherwise; a file holds a JSON list of agents ({agent_id, capabilities?, capacity?, speed?, speeds?, failure?, location?, clearance?}); "registry" takes the agents of the stack, as fast as they were seen to be. ' +
    'Strategies: critical-first (the default here), weighted-fair, round-robin, and first-capable, which knows nothing of agents. sla_met says whether every ticket and every plan kept its deadline; a ticket’s counts from when it is ready. The same seed gives the same answer. --json prints {makespan_ms, lower_bound_ms, critical_path_ms, sla_met, tickets, assignments, …}; with --compare a list of them.',
  examples: [
    'hive simulate samples/release-train.json --agents 4',
    'hive simulate plan.json --agents 8 --speeds 4,1,1,0.5 --knows learns --copies 20 --every 2 --svg gantt.svg',
    'hive simulate plan.json --agents registry --compare all',
    'hive simulate rand0000.stg --agents 4 --planned --json | jq .makespan_ms',
  ],
  options: (command) =>
    targetOptions(command)
      .option('--agents <n|file|registry>', 'who works', agentsOrFile, 4)
      .option('--seed <n>', 'of all that is left to chance', seed, 1)
      .option('--strategy <name>', 'who decides; an unknown name is answered with those there are')
      .option('--compare <names>', 'several strategies side by side: names with commas between, or all')
      .option('--planned', 'search for a schedule beforehand and follow it')
      .option('--budget <n>', 'schedules that --planned tries at most', planningBudget)
      .addOption(
        new Option('--knows <what>', 'what the deciding knows of durations')
          .choices(['estimates', 'durations', 'learns'])
          .default('estimates'),
      )
      .option('--noise <sigma>', 'how far durations are from estimates: of ln(duration ÷ estimate)', spread, 0)
      .option('--speeds <list>', 'of the N agents, in turn: 4,1,0.5', (text: string) => text.split(',').map(scale))
      .option('--failure-rate <share>', 'of the attempts of each of the N agents that fail, 0 to 1', share, 0)
      .option('--copies <n>', 'how often each plan comes', copies, 1)
      .option('--every <minutes>', 'mean time between plans (Poisson arrivals); default: all at once', minutes)
      .option('--svg <file>', 'write the Gantt chart there'),
  run: async () => (await import('./simulate-plans.ts')).simulatePlans,
});
