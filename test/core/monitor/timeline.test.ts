import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../adapters/memory/ledger.ts';
import { createMemoryPlanReader } from '../../../adapters/memory/plan-reader.ts';
import { createMemoryTable } from '../../../adapters/memory/table.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { TimelineEvent } from '../../../core/messages/monitoring-api.ts';
import { timelinePage } from '../../../core/messages/monitoring-api.ts';
import { createTimeline } from '../../../core/monitor/timeline.ts';
import type { PlanReader } from '../../../core/ports/plan-reader.ts';
import type { TicketSpec } from '../../../core/ticket/state.ts';
import { dependent, NOW, task } from '../../support/plans.ts';
import { createScene, SECRETS, started, steps } from '../../support/scene.ts';

const abc = [task('a'), dependent('b', 'a'), dependent('c', 'a')];

function world(wrap: (reader: PlanReader) => PlanReader = (reader) => reader) {
  const table = createMemoryTable();
  const timeline = createTimeline({ reader: wrap(createMemoryPlanReader(table)), sha256 });
  const scene = createScene(createMemoryLedger(table));

  /** All pages until there are no more events. */
  async function rest(planId: string, limit: number, from?: string) {
    const events: TimelineEvent[] = [];
    for (let cursor = from; ; ) {
      const page = await timeline(planId, { limit, cursor });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      expect(page.items.length > 0 || !page.more).toBe(true);
      expect(timelinePage.parse(page)).toEqual(page);
      events.push(...page.items);
      cursor = page.next_cursor;
      if (!page.more) return { events, cursor, ended: page.ended };
    }
  }
  return { ...scene, table, timeline, rest };
}

const named = (events: readonly TimelineEvent[]) =>
  events.map(({ type, task_id }) => `${type} ${task_id ?? ''}`.trim());

/** By aggregate, the highest version among the events. */
function versionsOf(events: readonly TimelineEvent[]): Map<string, number> {
  const versions = new Map<string, number>();
  for (const { event_id } of events) {
    const [aggregate = '', version] = event_id.split('@');
    versions.set(aggregate, Math.max(versions.get(aggregate) ?? 0, Number(version)));
  }
  return versions;
}

describe("A plan's timeline", () => {
  it('tells the events of the plan and its tickets by their times, whatever the size of a page', async () => {
    const { plan, planEvents, ticketEvents, rest } = world();
    const specs = (await plan({ plan_id: 'p', tasks: abc }, ...started)) as [TicketSpec, TicketSpec, TicketSpec];
    await ticketEvents(specs[0], steps.run());
    await ticketEvents(specs[1], steps.run());
    await planEvents('p', { type: 'PlanCompleted', tickets: 3, duration_ms: 1 });
    const whole = await rest('p', 100);
    expect(named(whole.events).slice(4)).toEqual([
      ...['PlanAccepted', 'PlanStarted'],
      ...['TicketReady a', 'TicketAssigned a', 'TicketStarted a', 'TicketCompleted a'],
      ...['TicketReady b', 'TicketAssigned b', 'TicketStarted b', 'TicketCompleted b'],
      'PlanCompleted',
    ]);
    for (const limit of [1, 2, 3, 7]) expect(await rest('p', limit)).toEqual(whole);
    expect(whole.ended).toBe(true);
    expect(await rest('p', 5, whole.cursor)).toEqual({ events: [], cursor: whole.cursor, ended: true });
  });

  it('tells each event once, in the order of its aggregate, however clocks go and pages fall between events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ who: fc.nat(2), skew: fc.integer({ min: -50, max: 50 }), read: fc.nat(4) }), {
          minLength: 1,
          maxLength: 14,
        }),
        async (acts) => {
          const { plan, ticketEvents, timeline, table } = world();
          const specs = await plan({ plan_id: 'p', tasks: abc });
          const left = specs.map(() => [...steps.run()]);
          const told: TimelineEvent[] = [];
          const pages: { items: readonly TimelineEvent[]; before: Map<string, number> }[] = [];
          let cursor: string | undefined;
          const read = async (limit: number) => {
            const page = await timeline('p', { limit, cursor });
            pages.push({ items: page.items, before: versionsOf(told) });
            told.push(...page.items);
            cursor = page.next_cursor;
            return page;
          };
          for (const { who, skew, read: limit } of acts) {
            const event = left[who]?.shift();
            if (event) await ticketEvents(specs[who] as TicketSpec, [event], NOW + 100 + skew);
            if (limit > 0) await read(limit);
          }
          while ((await read(2)).more);
          const written = table.scan().flatMap(({ item }) => {
            const record = item.record as { aggregate: string; version: number } | undefined;
            return record === undefined ? [] : [`${record.aggregate}@${record.version}`];
          });
          expect(told.map(({ event_id }) => event_id).sort()).toEqual(written.sort());
          // A page is sorted by time, so only from page to page do versions grow where a clock went backwards.
          for (const page of pages)
            for (const { event_id } of page.items) {
              const [aggregate = '', version] = event_id.split('@');
              expect(Number(version)).toBeGreaterThan(page.before.get(aggregate) ?? 0);
            }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells of a compensation that came into being after the cursor was given', async () => {
    const { plan, ticketEvents, rest, undo } = world();
    const specs = (await plan({ plan_id: 'p', tasks: abc }, ...started)) as [TicketSpec, TicketSpec, TicketSpec];
    await ticketEvents(specs[0], steps.run());
    await ticketEvents(specs[1], steps.run());
    const { cursor } = await rest('p', 4);
    await undo(specs[1]);
    const first = await rest('p', 4, cursor);
    expect(named(first.events)).toEqual(['TicketCreated undo:b']);
    await undo(specs[0]);
    expect(named((await rest('p', 4, first.cursor)).events)).toEqual(['TicketCreated undo:a']);
  });

  it("tells only the plan's own events while the index does not show all of its tickets, and misses none", async () => {
    let shown = 0;
    const { plan, rest, timeline } = world((reader) => ({
      ...reader,
      listTicketIds: async (id) => (await reader.listTicketIds(id)).slice(0, shown),
    }));
    await plan({ plan_id: 'p', tasks: abc }, ...started, { type: 'PlanFailed', reason: 'r', failed_tasks: [] });
    shown = 2;
    const before = await rest('p', 10);
    expect(named(before.events)).toEqual(['PlanReceived', 'PlanAccepted', 'PlanStarted', 'PlanFailed']);
    expect(before.ended).toBe(false);
    shown = 3;
    const after = await rest('p', 10, before.cursor);
    expect(named(after.events).sort()).toEqual(['TicketCreated a', 'TicketCreated b', 'TicketCreated c']);
    expect(after.ended).toBe(true);
    shown = 1;
    expect(await timeline('p', { limit: 5, cursor: after.cursor })).toMatchObject({
      items: [],
      more: true,
      ended: false,
      next_cursor: after.cursor,
    });
  });

  it('waits for the tickets that undo, and does not tell of them again, when the index does not show them', async () => {
    let hidden: string | undefined;
    const { plan, planEvents, ticketEvents, rest, undo } = world((reader) => ({
      ...reader,
      listTicketIds: async (id) => (await reader.listTicketIds(id)).filter((ticketId) => ticketId !== hidden),
    }));
    const [a] = (await plan({ plan_id: 'p', tasks: abc }, ...started)) as [TicketSpec];
    await ticketEvents(a, steps.run());
    const ending = { compensations: 1, reason: 'r', failed_tasks: [] };
    await planEvents('p', { type: 'PlanCompensating', in_doubt: [], ...ending });
    const { ticket_id } = await undo(a);
    await planEvents('p', { type: 'PlanCompensated', compensations: 1, duration_ms: 1 });
    hidden = ticket_id;
    const before = await rest('p', 100);
    expect(before.ended).toBe(false);
    hidden = undefined;
    const shown = await rest('p', 100, before.cursor);
    expect(named(shown.events)).toEqual(['TicketCreated undo:a']);
    expect(shown.ended).toBe(true);
    hidden = ticket_id;
    const again = await rest('p', 100, shown.cursor);
    expect(again.events).toEqual([]);
    hidden = undefined;
    expect((await rest('p', 100, again.cursor)).events).toEqual([]);
  });

  it('refuses a cursor that tells of more than the plan has', async () => {
    const { plan, rest, planEvents } = world();
    await plan({ plan_id: 'p' });
    const elsewhere = world();
    await elsewhere.plan({ plan_id: 'p' });
    await elsewhere.planEvents('p', ...started);
    const { cursor } = await elsewhere.rest('p', 10);
    const refused = expect.objectContaining({ code: 'CURSOR_INVALID' });
    await expect(rest('p', 10, cursor)).rejects.toEqual(refused);
    await planEvents('p', ...started);
    await expect(rest('p', 10, cursor)).resolves.toMatchObject({ events: [] });
    const bigger = world();
    await bigger.plan({ plan_id: 'p', tasks: abc }, ...started);
    await expect(bigger.rest('p', 10, cursor)).rejects.toEqual(refused);
  });

  it('refuses a plan that is not there', async () => {
    await expect(world().timeline('p', { limit: 1 })).rejects.toMatchObject({ code: 'PLAN_UNKNOWN', status: 404 });
  });

  it('tells what happened, and neither task tokens, claims, results nor the plan itself', async () => {
    const { plan, planEvents, ticketEvents, rest } = world();
    const [a] = (await plan({ plan_id: 'p' }, ...started)) as [TicketSpec];
    await ticketEvents(a, [
      ...[steps.ready, steps.assigned(), steps.started(), steps.failedOnce()],
      ...[{ type: 'TicketReady', pool: 'any', queue_key: 'k' } as const, steps.assigned(2), steps.started(2)],
      steps.completed(2, 'worker-1', { password: 'x'.repeat(1000) }),
    ]);
    await planEvents(
      'p',
      { type: 'PlanCompensating', compensations: 1, in_doubt: [], reason: 'r'.repeat(9000), failed_tasks: ['b'] },
      { type: 'CompensationEntered', task_token: SECRETS.token },
    );
    const { events } = await rest('p', 100);
    const text = JSON.stringify(events);
    for (const secret of [...Object.values(SECRETS), 'task_token', 'claim_digest', 'password', 'reasoning_summary'])
      expect(text).not.toContain(secret);
    const dataOf = (type: string) => events.find((event) => event.type === type)?.data;
    expect(dataOf('TicketAssigned')).toEqual({ agent_id: 'worker-1', attempt: 1, lease_ms: 15_000 });
    expect(dataOf('AttemptFailed')).toMatchObject({ cause: 'reported', error_code: 'FLAKY', retry_at: NOW + 1000 });
    expect(String(dataOf('PlanCompensating')?.reason)).toHaveLength(2001);
    expect(dataOf('CompensationEntered')).toEqual({});
  });
});
