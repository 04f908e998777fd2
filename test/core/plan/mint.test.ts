import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { CognitivePlanInput } from '../../../core/messages/cognitive-plan.ts';
import { executionTicket } from '../../../core/messages/execution-ticket.ts';
import { RISK_BANDS, TASK_TYPES } from '../../../core/messages/primitives.ts';
import { ticketIdOf, traceIdOf } from '../../../core/ticket/ids.ts';
import type { TicketSpec } from '../../../core/ticket/state.ts';
import { toExecutionTicket } from '../../../core/ticket/view.ts';
import { dependent, NOW, task, ticketsOf } from '../../support/plans.ts';
import { historyTo, replayTicket } from '../../support/ticket-histories.ts';

const one = (changes: Partial<CognitivePlanInput> = {}): TicketSpec => ticketsOf(changes)[0] as TicketSpec;
const withEstimate = (estimated_duration_ms: number | null, risk_band: CognitivePlanInput['risk_band']) =>
  one({ risk_band, tasks: [task('a', { estimated_duration_ms })] });

describe('tickets', () => {
  it.each([
    ['low', 900_000, 1],
    ['medium', 1_800_000, 2],
    ['high', 3_600_000, 3],
    ['critical', 7_200_000, 5],
  ] as const)('of band %s run at most %d ms an attempt and are retried %d times', (band, cap, retries) => {
    expect(withEstimate(cap, band).sla).toEqual({ timeout_ms: cap, max_retries: retries });
  });

  it('are retried and fenced as their band demands, unless their task asks for another delivery', () => {
    const mode = (changes: Partial<CognitivePlanInput>) => one(changes).qos.delivery_mode;
    const asking = (delivery_mode: 'AT_MOST_ONCE' | null) => ({ tasks: [task('a', { delivery_mode })] });
    expect(mode({ risk_band: 'low', ...asking(null) })).toBe('AT_LEAST_ONCE');
    expect(mode({ risk_band: 'critical', ...asking(null) })).toBe('EXACTLY_ONCE');
    expect(mode({ risk_band: 'critical', ...asking('AT_MOST_ONCE') })).toBe('AT_MOST_ONCE');
  });

  it('know what becomes of the plan when they fail, and how they are undone', () => {
    const compensation = { task_type: 'rollback', parameters: { to: 'before' } };
    expect(one({ on_failure: 'halt', tasks: [task('a', { compensation })] })).toMatchObject({
      on_failure: 'halt',
      compensation,
    });
    expect(one().on_failure).toBe('compensate');
    expect(one({ tasks: [task('a', { compensation: null })] })).not.toHaveProperty('compensation');
  });

  it('get three times their estimate, at least a minute; the estimate is a minute when there is none', () => {
    expect(withEstimate(100_000, 'low').sla.timeout_ms).toBe(300_000);
    expect(withEstimate(1, 'low').sla.timeout_ms).toBe(60_000);
    expect(withEstimate(20_001, 'low').sla.timeout_ms).toBe(60_003);
    expect(withEstimate(null, 'low')).toMatchObject({ estimated_duration_ms: 60_000, sla: { timeout_ms: 180_000 } });
  });

  it.each([
    ['low', 'low', 'LOW'],
    ['low', 'critical', 'CRITICAL'],
    ['low', 'whatever', 'NORMAL'],
    ['medium', 'LOW', 'NORMAL'],
    ['high', 'normal', 'HIGH'],
    ['high', 'Critical', 'CRITICAL'],
    ['critical', 'low', 'CRITICAL'],
  ] as const)('of band %s asked for at %s have priority %s', (risk_band, original_priority, priority) => {
    expect(one({ risk_band, original_priority }).priority).toBe(priority);
  });

  it('get the quality of service of their band', () => {
    const strong = { delivery_mode: 'EXACTLY_ONCE', consistency: 'STRONG', durability: 'PERSISTENT' };
    const plain = { delivery_mode: 'AT_LEAST_ONCE', consistency: 'EVENTUAL', durability: 'PERSISTENT' };
    expect(RISK_BANDS.map((risk_band) => one({ risk_band }).qos)).toEqual([plain, plain, strong, strong]);
  });

  it('keep a type they know, and are plain execution otherwise; the producer’s word stays in the metadata', () => {
    const typed = (task_type: string) =>
      one({ tasks: [task('a', { task_type, metadata: { task_type: 'mine', k: 'v' } })] });
    for (const type of TASK_TYPES) expect(typed(type.toLowerCase()).task_type).toBe(type);
    expect(typed('create').task_type).toBe('EXECUTE');
    expect(typed('create').metadata).toEqual({ k: 'v', task_type: 'create' });
  });

  it('name what they depend on, once, by ticket id, and carry both ends of each gate', () => {
    const tasks = [task('a'), task('b'), dependent('c', 'a', 'b', 'a'), dependent('d', 'b')];
    const tickets = ticketsOf({ tasks });
    const id = (name: string) => ticketIdOf('plan-1', name, sha256);
    const of = (name: string) => tickets.find(({ task_id }) => task_id === name) as TicketSpec;
    expect(of('c').dependencies).toEqual([id('a'), id('b')]);
    const gates = tickets.flatMap(({ ticket_id, gated_by }) => gated_by.map((before) => `${before} ${ticket_id}`));
    const releases = tickets.flatMap(({ ticket_id, releases }) => releases.map((after) => `${ticket_id} ${after}`));
    expect(gates).toHaveLength(1);
    expect(releases).toEqual(gates);
  });

  it('are the same whoever mints them, in the order of the plan, and messages of the schema', () => {
    const plan = { tasks: [task('a'), dependent('b', 'a')], trace_id: 'a'.repeat(32), decision_id: 'd' };
    expect(ticketsOf(plan)).toEqual(ticketsOf(plan));
    expect(ticketsOf(plan).map(({ task_id }) => task_id)).toEqual(['a', 'b']);
    for (const spec of ticketsOf(plan)) {
      const state = replayTicket(historyTo('created', spec));
      expect(executionTicket.parse(toExecutionTicket({ spec, state }))).toMatchObject({
        status: 'PENDING',
        created_at: NOW,
        trace_id: 'a'.repeat(32),
        decision_id: 'd',
      });
    }
  });

  it('share a trace that follows from the plan when it brings none', () => {
    expect(one().trace_id).toBe(traceIdOf('plan-1', sha256));
    expect(one().trace_id).toMatch(/^[0-9a-f]{32}$/);
    expect(one({ trace_id: null }).trace_id).not.toBe(one({ plan_id: 'plan-2' }).trace_id);
  });
});

describe('ticket ids', () => {
  it('are version 8 UUIDs (RFC 9562), the same for the same task of the same plan', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (planId, taskId) => {
        const id = ticketIdOf(planId, taskId, sha256);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(ticketIdOf(planId, taskId, sha256)).toBe(id);
      }),
    );
  });

  it('differ wherever plan or task do, also where both written together are the same', () => {
    const pairs = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['', 'abc'],
      ['abc', ''],
      ['1:a', 'b'],
      ['a', '1:b'],
    ] as const;
    expect(new Set(pairs.map(([planId, taskId]) => ticketIdOf(planId, taskId, sha256))).size).toBe(pairs.length);
  });
});
