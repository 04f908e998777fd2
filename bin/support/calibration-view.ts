/** How good predictions were, as people read it: scores, and what happened against what was predicted. */
import type { Calibration } from '../../core/predict/calibration.ts';
import type { CalibrationReport } from '../../core/predict/load-calibration.ts';
import type { Out } from './io.ts';
import { count, table } from './text.ts';

const BAR = 20;

export function calibrationLines(report: CalibrationReport, { bold }: Out['color']): string[] {
  const { plans, in_time, failures, durations } = report;
  const head = `of the last ${count(plans, 'plan')}`;
  if (in_time === undefined && failures === undefined && durations === undefined)
    return [`${head}: nothing that was predicted has ended yet`];
  const parts = [
    ...(in_time === undefined ? [] : [[bold('Plans that are in time'), ...scoreLines(in_time)]]),
    ...(failures === undefined ? [] : [[bold('Attempts that fail'), ...scoreLines(failures)]]),
    ...(durations === undefined
      ? []
      : [
          [
            bold('How long attempts take'),
            `  ${count(durations.count, 'attempt')}: ${percent(durations.p50)} within the median predicted (50 % is right), ${percent(durations.p90)} within the 90th percentile (90 % is right)`,
          ],
        ]),
  ];
  return [head, ...parts.flatMap((lines) => ['', ...lines])];
}

function scoreLines({ count: n, base_rate, brier, skill, reliability, resolution, bins }: Calibration): string[] {
  const told = skill === undefined ? 'not told: all of it happened, or none' : skill.toFixed(2);
  const rows = bins.flatMap(({ from, to, count: of, predicted, happened }) =>
    predicted === undefined || happened === undefined
      ? []
      : [
          [
            `${percent(from)}–${percent(to)}`,
            String(of),
            percent(predicted),
            percent(happened),
            bar(predicted, happened),
          ],
        ],
  );
  return [
    `  ${count(n, 'prediction')}, ${percent(base_rate)} happened; Brier ${brier.toFixed(4)}, skill ${told}`,
    `  (reliability ${reliability.toFixed(4)}, 0 is best; resolution ${resolution.toFixed(4)}, more is better)`,
    ...table(['predicted', 'count', 'mean', 'happened', '█ happened, │ predicted'], rows).map((line) => `  ${line}`),
  ];
}

/** What happened as a bar, and a mark where it should end. */
function bar(predicted: number, happened: number): string {
  const cells = [...'█'.repeat(Math.round(happened * BAR)).padEnd(BAR, '·')];
  cells[Math.min(BAR - 1, Math.floor(predicted * BAR))] = '│';
  return cells.join('');
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
