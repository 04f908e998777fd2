/** `hive watch`: a plan as it goes. */
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { followPlan } from '../support/follow-plan.ts';
import { connectHive } from '../support/hive-client.ts';
import type { Io } from '../support/io.ts';
import { exitCodeOfPlan, summaryOf } from '../support/outcome.ts';
import { createLook, type PlanView } from '../support/plan-view.ts';
import { renderPlan } from '../support/render-plan.ts';
import { errorLines, whereToLook } from '../support/run-report.ts';
import { showLive, tellChanges } from '../support/show-run.ts';
import { lookForStuck } from '../support/stuck.ts';
import type { TargetOptions } from '../support/target.ts';
import { toJson } from '../support/text.ts';
import { timingOf } from '../support/timing.ts';
import { unknownPlan } from '../support/unknown.ts';

interface Options extends TargetOptions {
  once?: true;
  timeout?: number;
}

export const watchPlan: Run<Options> = async (io, [planId = ''], options) => {
  const hive = await connectHive(options, io);
  try {
    const look = lookForStuck(createLook({ ledger: hive.ledger, reader: hive.reader }, planId), hive.registry);
    const first = await look(io.now());
    if (first === undefined) throw unknownPlan(planId);
    if (options.once) return showOnce(first, options.json === true, io);
    const limit = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
    const views = followPlan(first, look, { now: io.now, signal: io.interrupt(), flags: hive.target.flags, ...limit });
    const write = (line: string) => io.stdout.write(`${line}\n`);
    const last = (await (options.json ? tellChanges(views, write, toJson) : showLive(views, io))) ?? first;
    if (!options.json)
      for (const line of [...errorLines(last.plan, last.tickets), ...whereToLook(last.plan, hive.target)]) write(line);
    return exitCodeOfPlan(last.plan);
  } finally {
    hive.close();
  }
};

function showOnce(view: PlanView, json: boolean, io: Io): number {
  const rows = io.stdout.isTTY ? io.stdout.rows - 1 : Number.MAX_SAFE_INTEGER;
  const columns = io.stdout.isTTY ? io.stdout.columns : 120;
  const text = json
    ? toJson(summaryOf(view, timingOf(view)))
    : renderPlan(view, { columns, rows }, io.stdout.color).join('\n');
  io.stdout.write(`${text}\n`);
  return EXIT.ok;
}
