import { expect, it } from 'vitest';
import { createSweepPools } from '../../../core/schedule/sweep.ts';
import { createHive } from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';

it('asks for a round of each pool in which a ticket waits, and of no other', async () => {
  const hive = createHive();
  const sweep = createSweepPools(hive);
  expect(await sweep()).toEqual([]);
  const tasks = [task('b', { required_capabilities: ['build'] }), task('t', { required_capabilities: ['test'] })];
  await hive.acceptPlan(plan({ tasks }));
  await hive.enterTicket({ plan_id: 'plan-1', task_id: 'b', task_token: 'token b' });
  expect(await sweep()).toEqual(['build']);
  expect(hive.rounds.requested).toMatchObject([{ pool: 'build', reason: 'sweep' }]);
  await hive.enterTicket({ plan_id: 'plan-1', task_id: 't', task_token: 'token t' });
  expect((await sweep()).sort()).toEqual(['build', 'test']);
});
