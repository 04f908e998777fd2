/** A ticket's event as people read it: what may be told of it, what it gave, and its log. */
import type { Recorded } from '../../core/ledger/chain.ts';
import { toldOf } from '../../core/monitor/told.ts';
import { cut, duration, plain } from './text.ts';

const MAX_VALUE = 100;
const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return cut(plain(text.slice(0, 4 * MAX_VALUE)), MAX_VALUE);
};

export function eventLines({ version, at, event }: Recorded): string[] {
  const {
    type,
    result,
    output = result?.output,
  } = event as {
    type: string;
    result?: { output?: object; logs?: string[] };
    output?: object;
  };
  const facts = Object.entries(toldOf({ ...event })).map(([name, value]) => `${name}=${factText(name, value)}`);
  const given = Object.entries(output ?? {}).map(([name, value]) => `       ${plain(name)}: ${short(String(value))}`);
  const logs = (result?.logs ?? []).map((line) => `       | ${plain(line)}`);
  return [
    `  ${String(version).padStart(2)}  ${timeText(at)}  ${type}  ${facts.join(' ')}`.trimEnd(),
    ...given,
    ...logs,
  ];
}

/** Times and durations are for people here; --json has the numbers. */
function factText(name: string, value: unknown): string {
  if (typeof value !== 'number') return short(value);
  if (name.endsWith('_at')) return timeText(value);
  return name.endsWith('_ms') ? duration(value) : short(value);
}

const timeText = (at: number): string => new Date(at).toISOString();
