/** Differences between a plan's events and its states, as lines. */
import type { Difference } from '../../core/ledger/replay.ts';
import type { PlanKept } from '../../core/ledger/replay-plan.ts';
import { cut, plain } from './text.ts';

const VALUE = 60;
const TOLD = 100;

export function differenceLines(found: readonly Difference[], { tickets }: Pick<PlanKept, 'tickets'>): string[] {
  const tasks = new Map(tickets.map(({ aggregate, records }) => [aggregate, records[0]?.subject.task_id ?? '']));
  const lines: string[] = [];
  let last = '';
  for (const difference of found.slice(0, TOLD)) {
    const { aggregate } = difference;
    const task = tasks.get(aggregate);
    if (aggregate !== last) lines.push(`  ${task ? `${plain(task)}  ` : ''}${plain(aggregate)}`);
    last = aggregate;
    lines.push(`    ${difference.kind.padEnd(7)}  ${plain(difference.message)}${valuesOf(difference)}`);
  }
  if (found.length > TOLD) lines.push(`  and ${found.length - TOLD} more (--json has all)`);
  return lines;
}

const valuesOf = ({ kind, kept, rebuilt }: Difference): string =>
  kind === 'state' ? `: stored ${short(kept)}, rebuilt ${short(rebuilt)}` : '';

const short = (value: unknown): string =>
  value === undefined ? 'nothing' : cut(plain(JSON.stringify(value).slice(0, 4 * VALUE)), VALUE);
