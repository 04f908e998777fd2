/** A ticket is given back undone: somebody else gets it, and nothing has failed. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { TicketRecord } from '../../../core/ticket/state.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import {
  claimId,
  createHive,
  elapse,
  enter,
  fenceOf,
  type Hive,
  registration,
  reportOf,
  ticketId,
} from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';

const ID = ticketId('a');
const refusedAs = (code: string, status: number) => expect.objectContaining({ code, status });
const back = (agent_id: string, attempt = 1, claim?: string) => ({
  ...{ agent_id, attempt, why: 'on leave from tomorrow' },
  ...(claim === undefined ? {} : { claim_id: claimId(claim) }),
});

let hive: Hive;
const prepare = async (changes: Partial<ReturnType<typeof task>> = {}) => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [task('a', changes)] }));
  await hive.registerAgent({ ...registration('anna'), kind: 'human' });
  await enter(hive, 'a');
};
beforeEach(() => prepare());
const state = async () => ((await hive.ledger.loadTicket(ID)) as TicketRecord).state;
const handedBack = () =>
  contentsOf(hive.table).tickets[0]?.records.flatMap(({ event }) =>
    event.type === 'AttemptFailed' && event.cause === 'handed_back' ? [event] : [],
  );

describe('a ticket that is handed back', () => {
  it('goes to somebody else, at once, and costs no retry; who gave it back and why is kept', async () => {
    await hive.registerAgent(registration('ben'));
    await hive.claimTicket(ID, fenceOf('anna'));
    const answer = await hive.handBackTicket(ID, back('anna', 1, 'claim'));
    expect(answer).toEqual({ ticket_id: ID, attempt: 1, duplicate: false });
    expect(await state()).toMatchObject({ phase: 'backing_off', failures: 0, unclaimed: 0, avoid: ['anna'] });
    expect(handedBack()).toMatchObject([{ agent_id: 'anna', error_message: 'on leave from tomorrow' }]);
    expect((await hive.agents.load('anna'))?.held).toEqual({});
    await elapse(hive, 1000);
    expect(await state()).toMatchObject({ phase: 'assigned', agent_id: 'ben', attempt: 2 });
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('may be so before it was claimed, with no claim to show', async () => {
    await hive.handBackTicket(ID, back('anna'));
    expect(await state()).toMatchObject({ phase: 'backing_off', cause: 'handed_back', handed_back: 1 });
  });

  it('that nobody else may do comes back to the same agent, each time after a longer wait', async () => {
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) {
      await hive.handBackTicket(ID, back('anna', attempt));
      const waiting = await state();
      if (waiting.phase === 'backing_off') waits.push(waiting.retry_at - waiting.since);
      await elapse(hive, waits.at(-1) ?? 0);
      expect(await state()).toMatchObject({ phase: 'assigned', agent_id: 'anna' });
    }
    // Chance says half.
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000]);
  });

  it('frees a slot that others wait for', async () => {
    await hive.acceptPlan(plan({ plan_id: 'plan-2' }));
    await enter(hive, 'a', 'plan-2');
    const before = hive.rounds.requested.length;
    await hive.handBackTicket(ID, back('anna'));
    expect(hive.rounds.requested.slice(before).map(({ once }) => once)).toEqual([`handed-back:${ID}:1`]);
  });
});

describe('handing back', () => {
  it('again is answered as a duplicate, whatever became of the ticket', async () => {
    await hive.claimTicket(ID, fenceOf('anna'));
    const mine = back('anna', 1, 'claim');
    await hive.handBackTicket(ID, mine);
    await elapse(hive, 1000);
    await hive.claimTicket(ID, fenceOf('anna', 'again', 2));
    await hive.reportTicket(ID, reportOf(ID, fenceOf('anna', 'again', 2)));
    expect(await hive.handBackTicket(ID, mine)).toEqual({ ticket_id: ID, attempt: 1, duplicate: true });
    expect(handedBack()).toHaveLength(1);
  });

  it('twice at the same time happens once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => hive.handBackTicket(ID, back('anna'))));
    expect(answers.map(({ duplicate }) => duplicate).sort()).toEqual([false, true, true]);
    expect(handedBack()).toHaveLength(1);
  });

  it('is refused to whoever does not hold it, or not under this claim', async () => {
    await expect(hive.handBackTicket(ID, back('ben'))).rejects.toEqual(refusedAs('TICKET_ASSIGNED_ELSEWHERE', 409));
    await expect(hive.handBackTicket(ID, back('anna', 2))).rejects.toEqual(refusedAs('TICKET_ATTEMPT_STALE', 409));
    await expect(hive.handBackTicket(ticketId('x'), back('anna'))).rejects.toEqual(refusedAs('TICKET_UNKNOWN', 404));
    await hive.claimTicket(ID, fenceOf('anna'));
    for (const claim of [undefined, 'another'])
      await expect(hive.handBackTicket(ID, back('anna', 1, claim))).rejects.toEqual(
        refusedAs('TICKET_ALREADY_CLAIMED', 409),
      );
    await hive.reportTicket(ID, reportOf(ID, fenceOf('anna')));
    await expect(hive.handBackTicket(ID, back('anna', 1, 'claim'))).rejects.toEqual(refusedAs('TICKET_FINISHED', 410));
    expect(handedBack()).toEqual([]);
  });

  it('of another agent’s claim is no duplicate of what that one handed back', async () => {
    await hive.claimTicket(ID, fenceOf('anna'));
    await hive.handBackTicket(ID, back('anna', 1, 'claim'));
    await expect(hive.handBackTicket(ID, back('anna', 1, 'guess'))).rejects.toEqual(
      refusedAs('TICKET_NOT_ASSIGNED', 409),
    );
  });

  it('of what was claimed AT_MOST_ONCE is refused: nobody else may have it', async () => {
    await prepare({ delivery_mode: 'AT_MOST_ONCE' });
    await hive.claimTicket(ID, fenceOf('anna'));
    await expect(hive.handBackTicket(ID, back('anna', 1, 'claim'))).rejects.toEqual(
      refusedAs('TICKET_AT_MOST_ONCE', 409),
    );
    await prepare({ delivery_mode: 'AT_MOST_ONCE' });
    expect(await hive.handBackTicket(ID, back('anna'))).toMatchObject({ duplicate: false });
  });

  it('is the end of the attempt: what is reported of it later does not count, and is kept', async () => {
    await hive.claimTicket(ID, fenceOf('anna'));
    await hive.handBackTicket(ID, back('anna', 1, 'claim'));
    await expect(hive.reportTicket(ID, reportOf(ID, fenceOf('anna')))).rejects.toEqual(
      refusedAs('TICKET_NOT_ASSIGNED', 409),
    );
    expect((await state()).refused).toBe(1);
  });
});
