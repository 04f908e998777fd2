import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../bin/support/exit-codes.ts';
import type { SimulationResult } from '../../core/simulate/types.ts';
import { dependent as follows, plan } from '../support/plans.ts';
import { file, hasControls, hive } from './run-cli.ts';

/** build → (test ∥ docs) → ship, a second each. */
const diamond = () =>
  file(
    plan({
      tasks: [follows('build'), follows('test', 'build'), follows('docs', 'build'), follows('ship', 'test', 'docs')],
    }),
  );
/** Three tasks between two dummies, in units of a second: 1 (4 s) → 3 (2 s), and 2 (5 s). */
const STG = ['3', '0 0 0', '1 4 1 0', '2 5 1 0', '3 2 1 1', '4 0 2 2 3'].join('\n');

const json = async (...args: string[]) =>
  JSON.parse((await hive(['simulate', '--json', ...args])).stdout) as SimulationResult;

describe('hive simulate', () => {
  it('tells how a plan would go on so many agents', async () => {
    const one = await json(diamond(), '--agents', '1');
    expect(one).toMatchObject({ makespan_ms: 4000, critical_path_ms: 3000, sla_met: true, tickets: 4 });
    expect(one.assignments.map(({ task_id }) => task_id)).toHaveLength(4);
    const two = await json(diamond(), '--agents', '2');
    expect(two).toMatchObject({ makespan_ms: 3000, lower_bound_ms: 3000, gap_to_lower_bound: 0 });
  });

  it('gives the same answer for the same seed, and another one for another', async () => {
    const path = diamond();
    const noisy = (seed: string) => json(path, '--agents', '2', '--noise', '0.5', '--seed', seed);
    expect(await noisy('7')).toEqual(await noisy('7'));
    expect((await noisy('7')).makespan_ms).not.toBe((await noisy('8')).makespan_ms);
  });

  it('reads task graphs of the Standard Task Graph set, dummies dropped', async () => {
    const result = await json(file(STG, 'rand.stg'), '--agents', '2');
    expect(result).toMatchObject({ makespan_ms: 6000, tickets: 3 });
  });

  it('takes agents from a file, each with its own speed', async () => {
    const agents = file([
      { agent_id: 'fast', speed: 4 },
      { agent_id: 'slow', speed: 0.5 },
    ]);
    const { utilisation, makespan_ms } = await json(diamond(), '--agents', agents, '--knows', 'durations');
    expect(makespan_ms).toBeLessThanOrEqual(1000);
    expect(utilisation.by_agent.fast).toBeGreaterThan(utilisation.by_agent.slow ?? 1);
  });

  it('brings copies of a plan one after the other, the same every time', async () => {
    const { plans } = await json(diamond(), '--copies', '3', '--every', '5', '--agents', '4');
    expect(plans.map(({ arrived_ms }) => arrived_ms)).toEqual(
      [...plans.map(({ arrived_ms }) => arrived_ms)].sort((a, b) => a - b),
    );
    expect(new Set(plans.map(({ plan_id }) => plan_id)).size).toBe(3);
  });

  it('compares strategies in one call', async () => {
    const { status, stdout } = await hive(['simulate', diamond(), '--agents', '2', '--compare', 'all']);
    expect(status).toBe(EXIT.ok);
    for (const name of ['critical-first', 'weighted-fair', 'round-robin']) expect(stdout).toContain(name);
    const several = (await json(
      diamond(),
      '--compare',
      'critical-first, round-robin',
    )) as unknown as SimulationResult[];
    expect(several.map(({ strategy }) => strategy)).toEqual(['critical-first', 'round-robin']);
  });

  it('takes no strategy for faster because its plans failed, and no makespan for shorter than can be', async () => {
    const failing = ['--failure-rate', '1', '--agents', '2'];
    const one = await json(diamond(), ...failing);
    expect(one.makespan_ms).toBeGreaterThanOrEqual(one.lower_bound_ms);
    expect(one.plans[0]?.phase).toBe('failed');
    const { stdout } = await hive(['simulate', diamond(), ...failing, '--compare', 'all']);
    expect(stdout).toContain('1 not completed');
    expect(stdout).not.toContain('best');
  });

  it('says the same of an imported graph each time', async () => {
    const stg = file(STG, 'rand.stg');
    const told = () => json(stg, '--agents', '2', '--noise', '0.5', '--knows', 'learns');
    expect(await told()).toEqual(await told());
  });

  it('draws who works on what, in the terminal and as SVG', async () => {
    const svg = file('', 'gantt.svg');
    const { stdout } = await hive(['simulate', diamond(), '--agents', '2', '--svg', svg]);
    expect(stdout).toMatch(/agent-1 ├build─+┤/);
    expect(readFileSync(svg, 'utf8')).toContain('<title>build of ');
  });

  it('plans ahead within a budget, never worse than as it goes', async () => {
    const path = file(STG, 'rand.stg');
    const online = await json(path, '--agents', '2');
    const planned = await json(path, '--agents', '2', '--planned', '--budget', '50');
    expect(planned.makespan_ms).toBeLessThanOrEqual(online.makespan_ms);
    expect(planned.mode).toBe('planned');
  });

  it.each([
    ['an unknown strategy', ['--strategy', 'criticl-first'], 'STRATEGY_UNKNOWN', EXIT.usage],
    ['a file that is not there', ['--agents', '/nowhere.json'], 'FILE_UNREADABLE', EXIT.usage],
    ['speeds for agents of a file', ['--agents', 'x.json', '--speeds', '1,2'], 'USAGE', EXIT.usage],
  ])('says what is wrong with %s', async (_case, args, code, exit) => {
    const { status, stdout } = await hive(['simulate', diamond(), '--json', ...args]);
    expect(JSON.parse(stdout).error.code).toBe(code);
    expect(status).toBe(exit);
  });

  it('names every fault of agents that are none', async () => {
    const agents = file([{ agent_id: 'a b', speed: -1 }, 7]);
    const { status, stdout } = await hive(['simulate', diamond(), '--agents', agents, '--json']);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('AGENTS_INVALID');
    expect(error.detail.faults.map(({ path }: { path: string }) => path)).toEqual(['0.agent_id', '0.speed', '1']);
    expect(status).toBe(EXIT.refused);
    const twice = file([{ agent_id: 'a' }, { agent_id: 'a' }]);
    const again = await hive(['simulate', diamond(), '--agents', twice]);
    expect(again.stderr).toContain('two agents a');
  });

  it('takes no control characters from names in a plan', async () => {
    const hostile = file(plan({ tasks: [follows('\u001b[31mred\u202e'), follows('長'.repeat(40))] }));
    const { stdout, stderr } = await hive(['simulate', hostile, '--agents', '2']);
    expect(hasControls(stdout + stderr)).toBe(false);
  });
});

describe('hive plan import stg', () => {
  it('makes a plan of a task graph, a second for a unit of time', async () => {
    const { stdout, status } = await hive(['plan', 'import', 'stg', file(STG, 'rand0000.stg'), '--plan-id', 'p']);
    expect(status).toBe(EXIT.ok);
    const made = JSON.parse(stdout);
    expect(made.plan_id).toBe('p');
    const lengths = made.tasks.map((task: { estimated_duration_ms: number }) => task.estimated_duration_ms);
    expect([...lengths].sort()).toEqual([2000, 4000, 5000]);
  });

  it('refuses what is no task graph, naming what is wrong', async () => {
    const { stdout, status } = await hive(['plan', 'import', 'stg', file('{"a": 1}', 'x.stg'), '--json']);
    expect(JSON.parse(stdout).error.code).toBe('STG_INVALID');
    expect(status).toBe(EXIT.refused);
  });
});
