import { describe, expect, it } from 'vitest';
import { depositFrom } from '../../../core/trail/from-event.ts';
import { epochOf, statisticsOf } from '../../../core/trail/sums.ts';
import {
  createHive,
  elapse,
  enter,
  failedForGood,
  fenceOf,
  registration,
  reportOf,
  ticketId,
  workOn,
} from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';

const ONE = plan({
  tasks: [task('a', { required_capabilities: ['build'], task_type: 'compile', estimated_duration_ms: 10_000 })],
});

async function started() {
  const hive = createHive();
  await hive.acceptPlan(ONE);
  await hive.registerAgent(registration('agent'));
  await enter(hive, 'a');
  const id = ticketId('a');
  const rows = async () => {
    const epochs = [epochOf(hive.clock.now()) - 1, epochOf(hive.clock.now())];
    return (await Promise.all(epochs.map((epoch) => hive.trails.read('build', epoch)))).flat();
  };
  /** attempts and failures, to a tenth of one: the weight of a moment ago is a little less than 1 */
  const counted = async () => {
    let [attempts, failures] = [0, 0];
    for (const { sums } of await rows()) {
      const { slow } = statisticsOf(sums);
      const weight = 0.9 ** -((hive.clock.now() % 86_400_000) / 3_600_000);
      attempts += slow.attempts / weight;
      failures += slow.failures / weight;
    }
    return { attempts: Math.round(attempts * 10) / 10, failures: Math.round(failures * 10) / 10 };
  };
  return { hive, id, rows, counted };
}

describe('A trail is left', () => {
  it('by a success, at the kind of work that the plan names, once however often it is reported', async () => {
    const { hive, id, rows, counted } = await started();
    await hive.claimTicket(id, fenceOf('agent'));
    hive.clock.advance(20_000);
    for (let times = 0; times < 3; times++) await hive.reportTicket(id, reportOf(id, fenceOf('agent')));
    expect(await counted()).toEqual({ attempts: 1, failures: 0 });
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ agent_id: 'agent', task_type: 'compile' });
    const { slow } = statisticsOf((row as NonNullable<typeof row>).sums);
    expect(slow.ln / slow.attempts).toBeCloseTo(Math.LN2, 4);
  });

  it('by a failure that is reported, whether the ticket is tried again or not', async () => {
    for (const failure of [failedForGood, { status: 'FAILED', error_message: 'no' }]) {
      const { hive, id, counted } = await started();
      await workOn(hive, 'agent', id, failure);
      await hive.reportTicket(id, reportOf(id, fenceOf('agent'), failure));
      expect(await counted()).toEqual({ attempts: 1, failures: 1 });
    }
  });

  it('by an attempt that is lost', async () => {
    const { hive, id, counted } = await started();
    await hive.claimTicket(id, fenceOf('agent'));
    await elapse(hive, 60_000);
    const attempts = (await hive.ledger.loadTicket(id))?.records.filter(({ event }) => event.type === 'AttemptFailed');
    expect(attempts?.[0]?.event).toMatchObject({ cause: 'lease_expired' });
    const { attempts: counts, failures } = await counted();
    expect(counts).toBeGreaterThanOrEqual(1);
    expect(failures).toBe(counts);
  });

  it('by half an attempt where the ticket was not claimed in time', async () => {
    const { hive, id, counted } = await started();
    const due = (await hive.ledger.loadTicket(id))?.state;
    if (due?.phase !== 'assigned') throw new Error('it is assigned');
    hive.clock.advance(due.lease_ms + 1);
    await hive.lookAtTicket(id);
    expect(await counted()).toEqual({ attempts: 0.5, failures: 0.5 });
  });

  it('by nothing that an operator does, or that the agent hands back', async () => {
    const { hive, id, rows } = await started();
    await hive.operations.retryTicket(id, { by: 'ops', why: 'because' });
    expect(await rows()).toEqual([]);
    const ticket = await hive.ledger.loadTicket(id);
    const facts = { agent_id: 'agent', attempt: 1, error_code: 'X', error_message: 'x', duration_ms: 5, retry_at: 0 };
    const back = { type: 'AttemptFailed' as const, ...facts, cause: 'handed_back' as const };
    expect(ticket && depositFrom(ticket.spec, back, 0)).toBeUndefined();
    expect(ticket && depositFrom(ticket.spec, { ...back, cause: 'reported' }, 0)).toBeDefined();
  });
});
