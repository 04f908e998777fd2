/** The deadline that an ended attempt is counted by. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createHive, elapse, enter, type Hive, registration, ticketId, workOn } from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';

let hive: Hive;
const id = ticketId('a');
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [task('a')] }));
  for (const name of ['one', 'two']) await hive.registerAgent({ ...registration(name), kind: 'human' });
  await enter(hive, 'a');
});
const ticket = async () => {
  const found = await hive.ledger.loadTicket(id);
  if (found === undefined) throw new Error('no ticket');
  return found;
};
const deadlines = async () =>
  (await ticket()).records.flatMap(({ event }) => ('deadline' in event && event.deadline ? [event.deadline] : []));
const holder = async () => {
  const { state } = await ticket();
  if (state.phase !== 'assigned') throw new Error(`${state.phase}`);
  return state.agent_id;
};

describe('the deadline that a ticket is counted by', () => {
  it('is that of its first try, however often it is tried again', async () => {
    const { timeout_ms } = (await ticket()).spec.sla;
    await workOn(hive, await holder(), id, { status: 'FAILED', error_message: 'no' });
    await elapse(hive, 60_000);
    await workOn(hive, await holder(), id);
    const { records } = await ticket();
    expect(records.filter(({ event }) => event.type === 'TicketReady').map(({ at }) => at > NOW)).toEqual([
      false,
      true,
    ]);
    expect(await deadlines()).toEqual([NOW + timeout_ms, NOW + timeout_ms]);
  });

  it("begins anew when its plan was paused: that is nobody's lateness", async () => {
    const { timeout_ms } = (await ticket()).spec.sla;
    const because = { by: 'ada', why: 'because' };
    await workOn(hive, await holder(), id, { status: 'FAILED', error_message: 'no' });
    await hive.operations.pausePlan('plan-1', because);
    await elapse(hive, 60_000);
    expect((await ticket()).state.phase).toBe('deferred');
    await hive.operations.resumePlan('plan-1', because);
    await elapse(hive, 1000);
    await workOn(hive, await holder(), id);
    expect(await deadlines()).toEqual([NOW + timeout_ms, NOW + 60_000 + timeout_ms]);
  });
});
