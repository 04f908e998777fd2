/** A plan that is there, followed to its end: what `--wait` means. */
import { followPlan } from './follow-plan.ts';
import { connectHive } from './hive-client.ts';
import type { Io } from './io.ts';
import { exitCodeOfPlan, summaryOf } from './outcome.ts';
import { createLook } from './plan-view.ts';
import { historyOf } from './run-history.ts';
import { reportLines } from './run-report.ts';
import { showLive } from './show-run.ts';
import { lookForStuck } from './stuck.ts';
import type { TargetOptions } from './target.ts';
import { toJson } from './text.ts';
import { timingOf } from './timing.ts';
import { unknownPlan } from './unknown.ts';

/**
 * Until it has ended or waits for a person. @returns the exit status that says how
 * @throws HiveError PLAN_UNKNOWN, PLAN_WAIT_TIMEOUT, INTERRUPTED
 */
export async function followToEnd(
  planId: string,
  options: TargetOptions & { readonly timeout?: number; readonly json?: true },
  io: Io,
): Promise<number> {
  const hive = await connectHive(options, io);
  try {
    const look = lookForStuck(createLook({ ledger: hive.ledger, reader: hive.reader }, planId), hive.registry);
    const first = await look(io.now());
    if (first === undefined) throw unknownPlan(planId);
    const views = followPlan(first, look, {
      ...{ now: io.now, signal: io.interrupt(), flags: hive.target.flags, stopForPerson: true },
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
    });
    let last = first;
    if (options.json) for await (const view of views) last = view;
    else last = (await showLive(views, io)) ?? first;
    const history = await historyOf(last, hive.reader);
    if (options.json) io.stdout.write(`${toJson(summaryOf(last, timingOf(last, history)))}\n`);
    else io.stdout.write(`\n${reportLines(last, hive.target, io.stdout.color, history).join('\n')}\n`);
    return exitCodeOfPlan(last.plan);
  } finally {
    hive.close();
  }
}
