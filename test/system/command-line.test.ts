import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectOrderOfDag, expectSoundLedger } from './checks.ts';
import { createHiveCommands, ROOT } from './hive-command.ts';
import { eventually, historyOf, planEnd, planOf, ticketInPhase, unique } from './stack.ts';

const commands = createHiveCommands();
const { hive, stepAgent, stop, work } = commands;
afterAll(() => commands.end());

describe('hive on the deployed stack', () => {
  it('sees the release train through: every step really done, in the order of the DAG', async () => {
    const agent = stepAgent();
    const { code, answer } = await hive('submit', 'samples/release-train.json', '--new-id', '--wait');
    expect(answer).toMatchObject({ outcome: 'completed' });
    expect(code).toBe(0);
    const planId: string = answer.plan_id;
    const manifest = JSON.parse(readFileSync(join(work, 'release-train', planId, 'dist/manifest.json'), 'utf8'));
    expect(manifest).toBeTypeOf('object');
    const { tasks } = JSON.parse(readFileSync(join(ROOT, 'samples/release-train.json'), 'utf8'));
    await expectSoundLedger(planId);
    await expectOrderOfDag(
      planId,
      Object.fromEntries(
        tasks.map((task: { task_id: string; dependencies: string[] }) => [task.task_id, task.dependencies]),
      ),
    );
    const tickets = await hive('tickets', planId);
    expect(JSON.stringify(tickets.answer)).toContain('rollback-rehearsal');
    await stop(agent);
  });

  it('shows an agent that was killed in the middle of a ticket; another one finishes it', async () => {
    const capability = unique('cli');
    const [victim, heir] = [unique('victim'), unique('heir')];
    const child = commands.agent(['--capability', capability, '--id', victim], ['sleep', '300']);
    const planId = unique('killed-agent');
    const file = join(work, 'plan.json');
    writeFileSync(file, JSON.stringify(planOf(planId, { only: [], after: ['only'] }, capability)));
    expect((await hive('submit', file)).code).toBe(0);
    const { ticket_id } = await ticketInPhase(planId, 'only', 'running');
    child.kill('SIGKILL');
    const killedAt = Date.now();
    const silent = await eventually('the agent to be shown as silent', async () => {
      const { answer } = await hive('agents');
      return answer.find(
        (agent: { agent_id: string; health: string }) => agent.agent_id === victim && agent.health === 'UNHEALTHY',
      );
    });
    expect(silent).toBeDefined();
    const other = commands.agent(['--capability', capability, '--id', heir], ['true']);
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed' });
    const history = await historyOf(`TICKET#${ticket_id}`);
    const lost = history.find(({ event }) => event.type === 'AttemptFailed');
    expect(lost?.event).toMatchObject({ cause: 'lease_expired', agent_id: victim });
    // The lease of 15 s, and what a loaded emulator takes to deliver a timer.
    expect((lost?.at ?? 0) - killedAt).toBeLessThan(40_000);
    await expectSoundLedger(planId);
    const told = await hive('explain', ticket_id);
    expect(JSON.stringify(told.answer)).toMatch(/lease/i);
    await stop(other);
  });

  it('refuses a faulty plan with all its faults and exit status 3, before it is on the bus', async () => {
    const file = join(work, 'faulty.json');
    writeFileSync(file, JSON.stringify({ ...planOf(unique('faulty'), { a: ['b'], b: ['a'] }, 'x'), status: 'draft' }));
    const { code, answer } = await hive('submit', file);
    expect(code).toBe(3);
    expect(JSON.stringify(answer)).toMatch(/PLAN_CYCLE/);
  });
});
