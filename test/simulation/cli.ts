/** `npm run simulate -- --seeds N`: see `USAGE`. */
import { parseArgs } from 'node:util';
import { runSeeds } from './run-seeds.ts';
import { shrink } from './shrink.ts';
import type { Leaving } from './simulate.ts';
import { simulate } from './simulate.ts';
import { summary, told } from './told.ts';

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  seeds: { type: 'string', default: '10000' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  events: { type: 'string', default: '60' },
  'without-faults': { type: 'string' },
  'without-tasks': { type: 'string' },
  'without-agents': { type: 'string' },
} as const;

const USAGE = `npm run simulate -- --seeds 10000 [--from S] [--workers W]   plays as many seeds, from S on
npm run simulate -- --seed S [--events N]                  plays one again and tells its last N events
                    [--without-faults 1,2] [--without-tasks a] [--without-agents b]   with less of it
`;

const { values } = readArgs();

function readArgs() {
  try {
    return parseArgs({ options: OPTIONS });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const setOf = (text: string | undefined): ReadonlySet<string> | undefined =>
  text ? new Set(text.split(',')) : undefined;

async function one(seed: number): Promise<boolean> {
  const faults = setOf(values['without-faults']);
  const tasks = setOf(values['without-tasks']);
  const agents = setOf(values['without-agents']);
  const leaving: Leaving = {
    ...(faults && { faults: new Set([...faults].map(Number)) }),
    ...(tasks && { tasks }),
    ...(agents && { agents }),
  };
  const run = await simulate(seed, leaving, Number(values.events));
  console.log(summary(run));
  if (run.broken === undefined) {
    console.log(run.last.join('\n'));
    return true;
  }
  const small = await shrink(seed, leaving, Number(values.events));
  console.log(told({ run, ...(small && { small }) }));
  return false;
}

async function many(): Promise<boolean> {
  const from = Number(values.from);
  const count = Number(values.seeds);
  const started = performance.now();
  let shown = started;
  const sum = await runSeeds({
    from,
    count,
    ...(values.workers && { workers: Number(values.workers) }),
    shrinks: true,
    onNews({ seeds, broken }) {
      if (performance.now() - shown < 5000) return;
      shown = performance.now();
      console.error(`${seeds} of ${count} seeds, ${broken.length} broken, ${rate(seeds)} seeds/s`);
    },
  });
  function rate(seeds: number): string {
    return (seeds / ((performance.now() - started) / 1000)).toFixed(0);
  }
  const rules = new Map<string, number>();
  for (const { run } of sum.broken) rules.set(run.broken?.rule ?? '', (rules.get(run.broken?.rule ?? '') ?? 0) + 1);
  for (const broken of sum.broken.slice(0, 3)) console.log(`${told(broken)}\n`);
  for (const [rule, times] of rules) console.log(`${times} × "${rule}"`);
  const ends = Object.entries(sum.ends).map(([end, times]) => `${times} ${end}`);
  console.log(
    `${sum.seeds} seeds in ${((performance.now() - started) / 1000).toFixed(1)} s: ${rate(sum.seeds)} seeds/s, ${sum.steps} steps, ${sum.faults} faults; plans: ${ends.join(', ')}; digest ${sum.digest.toString(16).padStart(8, '0')}; ${sum.broken.length} broken`,
  );
  return sum.broken.length === 0;
}

process.exitCode = (await (values.seed === undefined ? many() : one(Number(values.seed)))) ? 0 : 1;
