import { expect, it, vi } from 'vitest';
import { createMemoryFailureCounts } from '../../adapters/memory/guards.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { connectHive } from '../../bin/support/hive-client.ts';
import { createCountOutcomes } from '../../core/guard/count-outcomes.ts';
import { createOpenBreakers } from '../../core/guard/open-breakers.ts';
import { GENESIS, record } from '../../core/ledger/chain.ts';
import { createHive, registration, ticketId } from '../support/hive.ts';
import { NOW, plan, task } from '../support/plans.ts';
import { hive as run } from './run-cli.ts';

/** The hive in memory takes the place of the one that is deployed; what a client has is said by the type of the real one. */
vi.mock('../../bin/support/hive-client.ts', () => ({ connectHive: vi.fn() }));

it('hive explain says which breaker keeps a ticket waiting, and until when', async () => {
  const hive = createHive();
  const { ledger, timers, clock } = hive;
  const sent = plan({ tasks: [task('t', { required_capabilities: ['build'] })] });
  await hive.acceptPlan(sent);
  await hive.enterTicket({ plan_id: sent.plan_id, task_id: 't', task_token: 'token' });
  await hive.registerAgent(registration('one', ['build'], 1));
  const deciding = {
    ...{ queue: hive.queue, shares: hive.shares, strategyInForce: hive.strategyInForce },
    ...{ readEstimates: hive.readEstimates, breakers: createOpenBreakers({ ledger, clock, sha256 }) },
  };
  const client = { ...hive, registry: hive.agents, deciding, close: () => {} };
  vi.mocked(connectHive).mockResolvedValue(client as never);

  expect((await run(['explain', ticketId('t')])).stdout).not.toContain('CIRCUIT_OPEN');
  const count = createCountOutcomes({ ledger, timers, clock, sha256, failures: createMemoryFailureCounts() });
  const failed = { type: 'AttemptFailed', agent_id: 'one', attempt: 1, cause: 'reported', error_code: 'X' };
  for (let at = 0; at < 5; at++) {
    const of = { aggregate: `TICKET#x${at}`, at: clock.now(), subject: { ticket_id: `x${at}` }, event: failed };
    await count([record(GENESIS, of, sha256)]);
  }
  deciding.breakers.forget();
  const { status, stdout } = await run(['explain', ticketId('t'), '--json']);
  expect(status).toBe(0);
  const { next } = JSON.parse(stdout) as { next: { what: string; at?: number }[] };
  expect(next).toContainEqual(
    expect.objectContaining({ at: NOW + 60_000, what: expect.stringContaining('CIRCUIT_OPEN: agent:one') }),
  );
});
