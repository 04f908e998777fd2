/** `npm run mutants [-- --seeds N] [--only TEXT]`: plants each mutant, and runs seeds until one finds it. */
import { parseArgs } from 'node:util';
import { runSeeds } from '../run-seeds.ts';
import { apply } from './apply.ts';
import { MUTANTS } from './mutants.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, only: { type: 'string' }, workers: { type: 'string' } },
});

const rows: string[] = [];
let missed = 0;
for (const mutant of MUTANTS.filter(({ name, file }) => `${name} ${file}`.includes(values.only ?? ''))) {
  const { seeds, broken } = await runSeeds({
    count: Number(values.seeds),
    ...(values.workers && { workers: Number(values.workers) }),
    stopAtFirst: true,
    change: { file: `core/${mutant.file}`, change: (text) => apply(mutant, text) },
  });
  const [first] = broken;
  if (first === undefined) missed++;
  const found = first === undefined ? 'NOT FOUND' : `${first.run.broken?.rule}`;
  rows.push(`| ${mutant.name} | \`${mutant.file}\` | ${seeds} | ${found} |`);
  console.log(rows.at(-1));
}
console.log(`\n${rows.length - missed} of ${rows.length} mutants found`);
process.exitCode = missed === 0 ? 0 : 1;
