/** `hive calibration`. */
import { loadCalibration } from '../../core/predict/load-calibration.ts';
import { calibrationLines } from '../support/calibration-view.ts';
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import type { TargetOptions } from '../support/target.ts';
import { toJson } from '../support/text.ts';

export const tellCalibration: Run<TargetOptions & { plans: number }> = async (io, _args, options) => {
  const hive = await connectHive(options, io);
  try {
    const report = await loadCalibration(hive.reader, options.plans);
    const text = options.json ? toJson(report) : calibrationLines(report, io.stdout.color).join('\n');
    io.stdout.write(`${text}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};
