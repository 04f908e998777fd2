/** The drift of simulations that were told more and more of the stack, as tables. */
import { printTable } from '../support/table.ts';
import type { Average, Drift, Latencies, RunFigures } from './drift.ts';

export interface ToldDrift extends Drift {
  /** what it was told */
  readonly told: string;
}

export interface DriftReport {
  readonly deployed: RunFigures;
  readonly latencies: Readonly<Record<Average, Latencies>>;
  readonly drifts: readonly ToldDrift[];
  /** short ones of the agents, by id, in the order of the columns */
  readonly names: ReadonlyMap<string, string>;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const signed = (share: number): string => `${share < 0 ? '' : '+'}${percent(share)}`;

export function printDrift({ deployed, latencies: { median, mean }, drifts, names }: DriftReport): void {
  const both = (of: keyof Latencies): string => `${median[of]} ms (mean ${mean[of]})`;
  console.log(
    `Medians of the stack: ${both('dispatch_ms')} from assignment to start, ${both('enter_ms')} from the last predecessor's end to ready, ${both('overhead_ms')} of an attempt beyond its work\n`,
  );
  printTable([
    ['simulated, told', 'makespan', '', 'Σ waits', '', 'attempts', 'begin off: median', 'mean', 'p95', 'share moved'],
    ['(deployed)', seconds(deployed.makespan_ms), '', seconds(deployed.waits_ms), '', String(deployed.attempts)],
    ...drifts.map(({ told, simulated, start_error, ...drift }) => [
      ...[told, seconds(simulated.makespan_ms), signed(drift.makespan_error)],
      ...[seconds(simulated.waits_ms), signed(drift.waits_error), simulated.attempts.toFixed(1)],
      ...[start_error.p50_ms, start_error.mean_ms, start_error.p95_ms].map(seconds),
      percent(drift.share_error),
    ]),
  ]);
  console.log('');
  const ids = [...names.keys()];
  const shares = (of: RunFigures['shares']): string[] => ids.map((id) => percent(of[id] ?? 0));
  printTable([
    ['share of the attempts', ...names.values()],
    ['(deployed)', ...shares(deployed.shares)],
    ...drifts.map(({ told, simulated }) => [told, ...shares(simulated.shares)]),
  ]);
}
