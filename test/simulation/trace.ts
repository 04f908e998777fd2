/** What happened in a run: a digest over all of it, and the last events for whoever has to understand it. */
import { hash32 } from './random.ts';

export interface Trace {
  /** Everything that a run does goes through here; `what` tells the step, `detail` is only asked for when it is kept. */
  note(now: number, what: string, detail?: () => string): void;
  /** of all that was noted, in order */
  digest(): string;
  readonly steps: number;
  last(): string[];
}

/** @param keep how many of the last events are kept in words */
export function createTrace(start: number, keep = 0): Trace {
  let [low, high, steps] = [0x811c9dc5, 0x1234567, 0];
  const lines: string[] = [];
  return {
    note(now, what, detail) {
      steps++;
      low = hash32(what, low ^ (now | 0));
      high = Math.imul(high ^ low, 0x9e3779b1) >>> 0;
      if (keep === 0) return;
      lines.push(`${String(now - start).padStart(9)} ms  ${what}${detail === undefined ? '' : `  ${detail()}`}`);
      if (lines.length > keep) lines.shift();
    },
    digest: () => low.toString(16).padStart(8, '0') + high.toString(16).padStart(8, '0'),
    get steps() {
      return steps;
    },
    last: () => [...lines],
  };
}
