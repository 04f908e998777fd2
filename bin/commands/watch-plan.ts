/** `hive watch`: a plan as it goes. */
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { followPlan } from '../support/follow-plan.ts';
import { connectHive, type HiveClient } from '../support/hive-client.ts';
import type { Io } from '../support/io.ts';
import { exitCodeOfPlan, summaryOf } from '../support/outcome.ts';
import { createLook, type PlanView } from '../support/plan-view.ts';
import { renderPlan } from '../support/render-plan.ts';
import { historyOf } from '../support/run-history.ts';
import { errorLines, whatToDo, whereToLook } from '../support/run-report.ts';
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
    if (options.once) return await showOnce(first, hive, options.json === true, io);
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

async function showOnce(view: PlanView, { reader, target }: HiveClient, json: boolean, io: Io): Promise<number> {
  if (json) {
    io.stdout.write(`${toJson(summaryOf(view, timingOf(view, await historyOf(view, reader))))}\n`);
    return EXIT.ok;
  }
  const todo = whatToDo(view.plan, target);
  const { isTTY, color } = io.stdout;
  const rows = isTTY ? io.stdout.rows - 1 - todo.length : Number.MAX_SAFE_INTEGER;
  const columns = isTTY ? io.stdout.columns : 120;
  io.stdout.write(`${[...renderPlan(view, { columns, rows }, color), ...todo].join('\n')}\n`);
  return EXIT.ok;
}
