/**
 * The compiler against other treatments of the same plans: `npx tsx bench/compile.ts [--wfformat DIR] [--json]`.
 *
 * Transitions a ticket include what every plan pays once: the Plan state and the completion (2 transitions; `own` leaves
 * them out, as the DAG's lower bound of 1 does). Gated: share of the transitive reduction's edges. Path: how much longer
 * than the DAG's critical path the plan takes, agents without end. Time: median of the runs, one plan after another.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compilePlan, transitiveReduction } from '../core/plan/compile/index.ts';
import { importWfformat } from '../core/plan/import/wfformat.ts';
import { barrierLength, dagLength, machineLength } from './support/critical-path.ts';
import { anywhere, layered, nearby, type TimedPlan } from './support/random-plans.ts';
import { flat, levelBarriers, levelsOf, type Treatment } from './support/treatments.ts';

const RUNS = 15;
const WARM_UP = 5;

const { values: options } = parseArgs({ options: { wfformat: { type: 'string' }, json: { type: 'boolean' } } });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const rows = plans().map(measure);
if (options.json) console.log(JSON.stringify(rows, undefined, 2));
else print();

function plans(): TimedPlan[] {
  const random = [1_000, 10_000].flatMap((count) => [
    ...[0.5, 1, 2, 3, 5, 10].map((average, i) => anywhere(count, average, count + i)),
    ...[1, 3].map((average, i) => nearby(count, average, count + 10 + i)),
    layered(count, count / 20, 3, count + 20),
  ]);
  return [...recorded(), ...random];
}

function recorded(): TimedPlan[] {
  const { wfformat } = options;
  if (wfformat === undefined) return [];
  const files = readdirSync(wfformat).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => {
    const document: unknown = JSON.parse(readFileSync(join(wfformat, file), 'utf8'));
    const { tasks } = importWfformat(document, { planId: basename(file), createdAtMs: 0 });
    return {
      name: basename(file, '.json'),
      tasks: tasks.map((task) => ({
        task_id: task.task_id,
        dependencies: task.dependencies ?? [],
        required_capabilities: task.required_capabilities ?? [],
      })),
      durations: new Map(tasks.map((task) => [task.task_id, task.estimated_duration_ms ?? 0])),
    };
  });
}

function measure({ name, tasks, durations }: TimedPlan) {
  const times: number[] = [];
  for (let run = 0; run < RUNS + WARM_UP; run++) {
    const start = performance.now();
    compilePlan(tasks, { sha256 });
    if (run >= WARM_UP) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const compiled = compilePlan(tasks, { sha256 });
  const edges = transitiveReduction(tasks).length;
  const levels = levelsOf(tasks);
  const length = dagLength(tasks, durations);
  const shares = ({ transitions, gates }: Treatment) => ({
    transitions_per_ticket: transitions / tasks.length,
    own_transitions_per_ticket: (transitions - 2) / tasks.length,
    gates,
    gated_share: edges === 0 ? 0 : gates / edges,
  });
  return {
    name,
    tickets: tasks.length,
    edges,
    median_ms: times[RUNS >> 1] as number,
    best_ms: times[0] as number,
    states: compiled.stats.states,
    bytes: compiled.stats.bytes,
    compiled: {
      ...shares({ transitions: compiled.stats.transitions, gates: compiled.gates.length }),
      path: machineLength(compiled, durations) / length - 1,
    },
    flat: shares(flat(tasks)),
    level_barriers: { ...shares(levelBarriers(levels)), path: barrierLength(levels, durations) / length - 1 },
  };
}

function print(): void {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const columns: [string, (row: (typeof rows)[number]) => string][] = [
    ['plan', (row) => row.name],
    ['tickets', (row) => String(row.tickets)],
    ['edges', (row) => String(row.edges)],
    ['ms', (row) => row.median_ms.toFixed(1)],
    ['states', (row) => String(row.states)],
    ['tr./ticket', (row) => row.compiled.transitions_per_ticket.toFixed(4)],
    ['own', (row) => row.compiled.own_transitions_per_ticket.toFixed(4)],
    ['gated', (row) => percent(row.compiled.gated_share)],
    ['path', (row) => `+${percent(row.compiled.path)}`],
    ['flat: own', (row) => row.flat.own_transitions_per_ticket.toFixed(4)],
    ['gated', (row) => percent(row.flat.gated_share)],
    ['levels: own', (row) => row.level_barriers.own_transitions_per_ticket.toFixed(4)],
    ['path', (row) => `+${percent(row.level_barriers.path)}`],
  ];
  const table = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, c) => Math.max(...table.map((line) => (line[c] as string).length)));
  for (const line of table)
    console.log(
      line
        .map((cell, c) => (c === 0 ? cell.padEnd(widths[c] as number) : cell.padStart(widths[c] as number)))
        .join('  '),
    );
  console.log('The DAG itself: 1 transition a ticket, nothing gated, path +0.0 %.');
  if (options.wfformat === undefined) console.log('Recorded workflows: --wfformat DIR.');
}
