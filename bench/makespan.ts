/**
 * Makespan on identical agents against the optimum and against other schedulers, all on the same graphs in the same run:
 * `npx tsx bench/makespan.ts --stg FOLDER [--seed N] [--json]`. FOLDER holds `optimal.csv` and the graphs it names (Standard
 * Task Graph set). The gap is to the best known makespan; "optimal" counts graphs whose optimum is proved.
 */
import { parseArgs } from 'node:util';
import { readCases } from './makespan/cases.ts';
import { SCHEDULERS } from './makespan/schedulers.ts';
import { printTable } from './support/table.ts';

const { values: options } = parseArgs({
  options: {
    stg: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (options.help || options.stg === undefined) {
  console.log('npx tsx bench/makespan.ts --stg FOLDER [--seed N] [--json]');
  process.exit(options.help ? 0 : 2);
}

const cases = readCases(options.stg);
const seed = Number(options.seed);
const cells = [...new Set(cases.map(cellOf))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const rows = SCHEDULERS.map(({ name, run }) => {
  const start = performance.now();
  const runs = cases.map((of) => {
    const makespan = run(of, seed);
    if (makespan < of.lower_ms) throw new Error(`${name} on ${of.name} is shorter than any schedule can be`);
    return { of, gap: makespan / of.upper_ms - 1, proved: of.lower_ms === of.upper_ms };
  });
  const ms = performance.now() - start;
  const share = (chosen: typeof runs) => ({
    mean_gap: chosen.reduce((sum, { gap }) => sum + gap, 0) / chosen.length,
    optimal: chosen.filter(({ proved, gap }) => proved && gap <= 1e-9).length,
    proved: chosen.filter(({ proved }) => proved).length,
  });
  const byCell = Object.fromEntries(cells.map((cell) => [cell, share(runs.filter(({ of }) => cellOf(of) === cell))]));
  return {
    name,
    all: share(runs),
    worst_gap: Math.max(...runs.map(({ gap }) => gap)),
    ms_a_plan: ms / runs.length,
    cells: byCell,
  };
});

if (options.json) console.log(JSON.stringify({ seed, cases: cases.length, rows }, undefined, 2));
else print();

function cellOf({ size, machines }: (typeof cases)[number]): string {
  return `${size} tasks, m=${machines}`;
}

function print(): void {
  const percent = (value: number, digits = 3): string => `${(100 * value).toFixed(digits)} %`;
  printTable([
    ['mean gap to the best known', ...cells, 'all', 'worst', 'optimal', 'ms a plan'],
    ...rows.map(({ name, all, worst_gap, ms_a_plan, cells: of }) => [
      name,
      ...cells.map((cell) => percent(of[cell]?.mean_gap ?? 0)),
      percent(all.mean_gap),
      percent(worst_gap, 1),
      `${percent(all.optimal / all.proved, 1)} (${all.optimal}/${all.proved})`,
      ms_a_plan.toFixed(1),
    ]),
  ]);
  console.log(`${cases.length} cases, seed ${seed}.`);
}
