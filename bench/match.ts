/**
 * Matching: `npx tsx bench/match.ts [--agents N] [--decisions N] [--seed N]
 * [--only decisions|growth|rounds|exploration] [--json] [--help]`.
 *
 * Decisions: a ticket gets an agent, with beliefs drawn, the choice explained and the slot taken, and another slot freed;
 * the peers look at every agent. Growth: the same, from 100 to 30 000 agents. Rounds: as many tickets as slots, or fewer;
 * the optimum is found in the same run, and greedy's loss stands beside. Exploration: what drawing beliefs of the cheapest
 * few agents costs against drawing those of all.
 *
 * Times are those of the quickest of several repetitions of the same, decision by decision (`per_second_all_in` and
 * `raw_p99_us`: of one repetition as it was), since other work of the machine only ever adds to them.
 */
import { parseArgs } from 'node:util';
import { decide, first, indexed, scanning } from './match/decisions.ts';
import { explore } from './match/exploration.ts';
import { round, uniformRound } from './match/rounds.ts';
import { printTable } from './match/table.ts';
import { counts, refuse } from './support/refuse.ts';

const { values: options } = parseArgs({
  options: {
    agents: { type: 'string', default: '10000' },
    decisions: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (options.help) {
  console.log(
    'npx tsx bench/match.ts [--agents 10000] [--decisions 20000] [--seed 1] [--only decisions|growth|rounds|exploration] [--json]',
  );
  process.exit(0);
}

const PARTS = ['decisions', 'growth', 'rounds', 'exploration'] as const;
const { only } = options;
if (only !== undefined && !PARTS.some((part) => part === only))
  refuse(`--only ${only}: one of ${PARTS.join(', ')} is wanted`);
const wanted = <T>(part: (typeof PARTS)[number], lines: () => T[]): T[] =>
  only === undefined || only === part ? lines() : [];

const {
  agents,
  decisions: many,
  seed,
} = counts({
  ...{ agents: options.agents, decisions: options.decisions, seed: options.seed },
});
const swarm = {
  ...{ agents, capabilities: 64, skills: 8, slots: 4, kinds: 64, kind_spread: 0.3, seed },
  ...{ decisions: many, warm_up: 20_000, repeats: 4 },
};
const few = { decisions: 20, warm_up: 5, repeats: 2 };
const decisions = wanted('decisions', () => [
  decide('standing index', indexed, swarm),
  decide('standing index, one capability', indexed, { ...swarm, capabilities: 1, skills: 1, kinds: 1 }),
  decide('standing index, 256 kinds of tickets', indexed, { ...swarm, kinds: 4 }),
  decide('linear scan', scanning, { ...swarm, ...few }),
  decide('first capable', first, { ...swarm, ...few }),
]);
const growth = wanted('growth', () =>
  [100, 300, 1_000, 3_000, 10_000, 30_000].map((agents) =>
    decide('standing index', indexed, { ...swarm, agents, decisions: 10_000, repeats: 3 }),
  ),
);

const pool = { ...swarm, agents: 1_000, tickets: 1_000, slots: 1, capabilities: 1, skills: 1, kinds: 4, repeats: 60 };
const rounds = wanted('rounds', () => [
  round({ ...pool, name: 'one kind of work', kinds: 1 }),
  round({ ...pool, name: 'four kinds of work' }),
  round({ ...pool, name: 'four kinds, 700 tickets', tickets: 700 }),
  round({ ...pool, name: '64 kinds, agents unlike', kinds: 64, kind_spread: 1 }),
  round({ ...pool, name: '64 capabilities', capabilities: 64, skills: 8 }),
  round({ ...pool, name: 'four slots an agent', agents: 250, slots: 4 }),
  uniformRound({ ...pool, name: 'uniform costs' }),
  round({ ...pool, name: 'a round of a pool', tickets: 200, agents: 300 }),
]);

const learning = { agents: 100, tickets: 3_000, swarms: 10, exploration: 'thompson' as const, seed };
const exploration = wanted('exploration', () => [
  explore({ ...learning, drawn: 'none: means', best: 3, others: 0, exploration: 'none' }),
  explore({ ...learning, drawn: 'the 3 cheapest', best: 3, others: 0 }),
  explore({ ...learning, drawn: 'the 3 cheapest and 1 other', best: 3, others: 1 }),
  explore({ ...learning, drawn: 'the 10 cheapest and 1 other', best: 10, others: 1 }),
  explore({ ...learning, drawn: 'all', best: learning.agents, others: 0 }),
]);

if (options.json) console.log(JSON.stringify({ seed, decisions, growth, rounds, exploration }, undefined, 2));
else {
  const show = (title: string, lines: readonly object[]): void => {
    if (lines.length === 0) return;
    console.log(title);
    printTable(lines);
    console.log();
  };
  show('Decisions, one at a time', decisions);
  show(
    'Growth',
    growth.map((row) => ({ ...row, ns_per_log2_agents: (1000 * row.p50_us) / Math.log2(row.agents) })),
  );
  show('Rounds (gaps to the optimum)', rounds);
  show('Exploration (gaps to the best agent)', exploration);
}
