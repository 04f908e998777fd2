/** Trails are a projection of the ledger: summed up again from its events alone, they are what the table holds. */
import type { MemoryTable } from '../../../adapters/memory/table.ts';
import type { Recorded } from '../../../core/ledger/chain.ts';
import type { TicketEvent } from '../../../core/ticket/events.ts';
import { kindOfWork, type TicketSpec } from '../../../core/ticket/state.ts';
import { depositOf, type Ended } from '../../../core/trail/deposit.ts';
import { must } from './book.ts';

const OUTCOMES: Readonly<Record<string, Ended['outcome']>> = {
  reported: 'failure',
  lease_expired: 'failure',
  attempt_timeout: 'failure',
  claim_timeout: 'warning',
};

function outcomeOf(event: TicketEvent): Ended['outcome'] | undefined {
  if (event.type === 'TicketCompleted') return 'success';
  if (!('cause' in event) || ('operator' in event && event.operator)) return undefined;
  return OUTCOMES[event.cause];
}

export function trailsAddUp(table: MemoryTable): void {
  const specs = new Map<string, TicketSpec>();
  const expected = new Map<string, bigint>();
  const attempts = new Map<string, number>();
  for (const { pk, sk, item } of table.scan('TICKET#')) {
    if (!sk.startsWith('EVENT#')) continue;
    const { event, at } = item.record as Recorded<TicketEvent>;
    if (event.type === 'TicketCreated') specs.set(pk, event.spec);
    const [outcome, spec] = [outcomeOf(event), specs.get(pk)];
    if (outcome === undefined || spec === undefined || !('duration_ms' in event)) continue;
    const { agent_id, duration_ms } = event;
    const { pool, estimated_duration_ms } = spec;
    const task_type = kindOfWork(spec);
    const { epoch, sums } = depositOf({ pool, task_type, agent_id, outcome, duration_ms, estimated_duration_ms, at });
    const row = `TRAIL#${pool}#${epoch} ${agent_id}#${task_type}`;
    attempts.set(row, (attempts.get(row) ?? 0) + 1);
    for (const [name, sum] of Object.entries(sums))
      expected.set(`${row} ${name}`, (expected.get(`${row} ${name}`) ?? 0n) + sum);
  }
  const rows = table.scan('TRAIL#');
  for (const { pk, sk, item } of rows)
    for (const [name, sum] of Object.entries(item)) {
      if (typeof sum !== 'bigint') continue;
      const told = () => `${name} of ${pk} ${sk} is ${sum}, of events ${expected.get(`${pk} ${sk} ${name}`)}`;
      must(expected.get(`${pk} ${sk} ${name}`) === sum, 'trails are the sums of what the ledger says', told);
    }
  const told = () => `${rows.length} trails, of events ${attempts.size}`;
  must(rows.length === attempts.size, 'trails are the sums of what the ledger says', told);
}
