import { beforeEach, describe, expect, it } from 'vitest';
import { createHive, enter, type Hive, phaseOf, registration, ticketId, work } from '../../support/hive.ts';
import { dependent, plan, task } from '../../support/plans.ts';

/** c waits for a and b, d for b alone: not series-parallel, so one edge is gated. */
const N = plan({ tasks: [task('a'), task('b'), dependent('c', 'a', 'b'), dependent('d', 'b')] });

let hive: Hive;
let gate: { before: string; after: string };
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(N);
  await hive.registerAgent(registration('agent', ['build'], 4));
  for (const name of ['a', 'b', 'c', 'd']) {
    const [before] = (await hive.ledger.loadTicket(ticketId(name)))?.spec.gated_by ?? [];
    const task_id = ['a', 'b'].find((other) => ticketId(other) === before);
    if (task_id !== undefined) gate = { before: task_id, after: name };
  }
});
const asked = () => hive.rounds.requested.map(({ once }) => once);

describe('settling', () => {
  it('makes a ticket ready whose last gate opens, and asks for a round of its pool', async () => {
    await enter(hive, gate.after);
    expect(await phaseOf(hive, gate.after)).toBe('gated');
    await enter(hive, gate.before);
    await work(hive, 'agent', gate.before);
    expect(await phaseOf(hive, gate.after)).toBe('ready');
    expect(asked()).toContain(`ready:${ticketId(gate.after)}`);
  });

  it('opens the gate of a ticket that its machine has not reached; it is ready when it is reached', async () => {
    await enter(hive, gate.before);
    await work(hive, 'agent', gate.before);
    expect(await phaseOf(hive, gate.after)).toBe('created');
    expect((await hive.ledger.loadTicket(ticketId(gate.after)))?.state.unmet).toEqual([]);
    await enter(hive, gate.after);
    expect(await phaseOf(hive, gate.after)).toBe('assigned');
  });

  it('changes nothing when it is repeated, and leaves open and unknown tickets alone', async () => {
    await enter(hive, gate.after);
    await enter(hive, gate.before);
    await hive.settle(ticketId(gate.before));
    expect(await phaseOf(hive, gate.after)).toBe('gated');
    await work(hive, 'agent', gate.before);
    const before = hive.table.scan();
    await hive.settle(ticketId(gate.before));
    await hive.settle(ticketId('nobody'));
    expect(hive.table.scan()).toEqual(before);
  });

  it('asks for a round of the pools that the free slot could serve and that have somebody waiting', async () => {
    const busy = createHive();
    await busy.acceptPlan(
      plan({ tasks: [task('a'), task('b')].map((node) => ({ ...node, required_capabilities: ['build'] })) }),
    );
    await busy.acceptPlan(plan({ plan_id: 'plan-2', tasks: [task('t', { required_capabilities: ['test'] })] }));
    await busy.registerAgent(registration('agent', ['build'], 1));
    for (const name of ['a', 'b']) await enter(busy, name);
    await enter(busy, 't', 'plan-2');
    await work(busy, 'agent', 'a');
    expect(busy.rounds.requested.map(({ pool }) => pool)).toEqual(['build']);
  });
});
