import { describe, expect, it } from 'vitest';
import { incidentLine, incidentLines } from '../../bin/support/incident-view.ts';
import type { IncidentView } from '../../core/messages/monitoring-api.ts';
import type { PlanPhaseName } from '../../core/plan/state.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import { NOW } from '../support/plans.ts';
import { hasControls, memoryOut } from './run-cli.ts';

const { color } = memoryOut();
const open: IncidentView = {
  incident_id: '44444444-4444-8444-8444-444444444444',
  workflow_id: 'plan 1',
  incident_type: 'INCONSISTENCY',
  severity: 'MEDIUM',
  details: ['The plan has halted: a\u001b[2J failed', 'Repair what failed.'],
  affected_tickets: ['t'],
  trace_id: 'a'.repeat(32),
  created_at: NOW,
  hash: 'h',
  status: 'open',
};
const ticket = (phase: string, more: object = {}) =>
  ({ ticket_id: 't', task_id: 'a b', phase, ...more }) as unknown as TicketState;
const lines = (of: IncidentView, phase: PlanPhaseName, ...tickets: TicketState[]) =>
  incidentLines(of, { tickets, plan: { phase } }, ' --stage test', color);

describe('an incident', () => {
  it('is a line with its plan and what happened', () => {
    const line = incidentLine(open, NOW + 90_000, color);
    expect(line).toMatch(/^open +MEDIUM +1 m 30 s ago +4444.* plan 1 +The plan has halted: a\\u001b/);
    expect(hasControls(line)).toBe(false);
  });

  it.each<[string, PlanPhaseName, TicketState, string[]]>([
    ['a plan that has halted', 'halted', ticket('failed'), ["hive redrive 'plan 1'", "hive cancel 'plan 1'"]],
    [
      'what could not be undone',
      'compensating',
      ticket('awaiting_person'),
      ["hive retry 'plan 1' 'a b'", "hive skip 'plan 1' 'a b'"],
    ],
    ['what has passed', 'completed', ticket('completed'), [`hive resolve ${open.incident_id}`]],
  ])('says what ends it: %s', (_, phase, state, advice) => {
    const told = lines(open, phase, state);
    expect(told.slice(-advice.length)).toEqual(advice.map((command) => `  ${command} --stage test --why …`));
    expect(hasControls(told.join('\n'))).toBe(false);
  });

  it('says who resolved it, and advises no more', () => {
    const over = { ...open, status: 'resolved' as const, resolved_at: NOW, resolved_by: 'ada', why: 'mended' };
    const text = lines(over, 'halted', ticket('failed')).join('\n');
    expect(text).toContain('2026-06-01T12:00:00.000Z by ada: mended');
    expect(text).not.toContain('hive ');
  });
});
