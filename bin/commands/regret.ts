import { defineCommand } from '../support/command.ts';
import { targetOptions } from '../support/target.ts';

export const regret = defineCommand({
  usage: 'regret <plan...>',
  summary: 'tell what the choices of agents have cost, and whether the swarm has learnt',
  about:
    'From the ledger: each attempt of these plans is held against the agents that had a slot free when it was assigned. The clairvoyant takes the one that was best by all that was seen of them in the end; round-robin takes any. A curve that goes flat has learnt. --json prints {attempts, agents, points, regret_ms, round_robin_ms, first_third_ms, last_third_ms}.',
  examples: ['hive regret nightly-1', 'hive regret nightly-1 nightly-2 nightly-3 --json | jq .regret_ms'],
  options: (command) => targetOptions(command),
  run: async () => (await import('./tell-regret.ts')).tellRegret,
});
