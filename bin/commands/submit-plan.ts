/** `hive submit`: check here, put the event on the bus, follow the plan if asked to. */
import { sha256 } from '../../adapters/system/digest.ts';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { checkPlan } from '../../core/plan/check.ts';
import { checkLimits, compilePlan } from '../../core/plan/compile/index.ts';
import type { PlanState } from '../../core/plan/state.ts';
import { alreadyThereLine, findEnded } from '../support/already-there.ts';
import { type Submitted, untilSeen, untilTaken, wasRejected } from '../support/arrival.ts';
import type { Run } from '../support/command.ts';
import { refuse } from '../support/errors.ts';
import { EXIT } from '../support/exit-codes.ts';
import { followPlan, shellWord } from '../support/follow-plan.ts';
import { connectHive, type HiveClient } from '../support/hive-client.ts';
import type { Io } from '../support/io.ts';
import { reissue } from '../support/new-id.ts';
import { exitCodeOfPlan, summaryOf } from '../support/outcome.ts';
import { isRecording, refused } from '../support/plan-file.ts';
import { createLook } from '../support/plan-view.ts';
import { approvedEntry, putApproved } from '../support/put-plan.ts';
import { readDocument } from '../support/read-document.ts';
import { historyOf } from '../support/run-history.ts';
import { reportLines, whatToDo } from '../support/run-report.ts';
import { showLive } from '../support/show-run.ts';
import { lookForStuck } from '../support/stuck.ts';
import type { TargetOptions } from '../support/target.ts';
import { plain, toJson } from '../support/text.ts';
import { findTimeFaults } from '../support/time-faults.ts';
import { timingOf } from '../support/timing.ts';

interface Options extends TargetOptions {
  wait?: true;
  timeout?: number;
  newId?: true;
}

export const submitPlan: Run<Options> = async (io, [file = '-'], options) => {
  const document = await readDocument(file, io);
  if (isRecording(document))
    throw refuse('PLAN_IS_A_RECORDING', `${file} is a recorded workflow, not a plan`, {
      try: `hive plan import wfformat ${shellWord(file)} --scale 0.001 | hive submit - --wait`,
    });
  const raw = options.newId ? reissue(document, io.now()) : document;
  const plan = admissible(raw, io.now());
  const entry = approvedEntry(raw);

  const hive = await connectHive(options, io);
  try {
    const ended = await findEnded(hive.ledger, plan);
    const submitted = { raw, plan, rejectedBefore: await wasRejected(hive.ledger, raw) };
    if (ended !== undefined) {
      if (!options.wait) return tellEnded(ended, options, io);
      io.stderr.write(`note: ${alreadyThereLine(ended, io.now())}\n`);
      return await follow(hive, submitted, options, io);
    }
    const { event_id } = await putApproved(hive.target, entry);
    if (!options.wait) return await tellTaken(hive, submitted, event_id, options, io);
    if (!options.json) io.stdout.write(`submitted ${plain(plan.plan_id)}\n`);
    return await follow(hive, submitted, options, io);
  } finally {
    hive.close();
  }
};

function tellEnded(ended: PlanState, { json }: { json?: true }, io: Io): number {
  const { plan_id, phase } = ended;
  const line = json ? toJson({ plan_id, phase, already_there: true }) : alreadyThereLine(ended, io.now());
  io.stdout.write(`${line}\n`);
  return exitCodeOfPlan(ended);
}

/** Nobody waits for its end; that the orchestrator took it, or did not, is worth some seconds. */
async function tellTaken(
  { ledger, target }: HiveClient,
  submitted: Submitted,
  event_id: string,
  { json }: { json?: true },
  io: Io,
): Promise<number> {
  const { plan_id } = submitted.plan;
  const state = await untilTaken(ledger, submitted, { now: io.now, signal: io.interrupt() });
  if (json) {
    const phase = state?.phase ?? null;
    io.stdout.write(`${toJson({ plan_id, event_id, bus: target.outputs.EventBusName, phase })}\n`);
  } else {
    const word =
      state === undefined
        ? 'sent, and not taken by the orchestrator yet:'
        : state.phase === 'awaiting_approval'
          ? 'waits for approval:'
          : 'accepted';
    const id = plain(plan_id);
    const todo = state === undefined ? [] : whatToDo(state, target);
    const lines = [`${word} ${id}`, `hive watch ${shellWord(id)}${target.flags} shows it`, ...todo];
    io.stdout.write(`${lines.join('\n')}\n`);
  }
  return state === undefined ? EXIT.ok : exitCodeOfPlan(state);
}

/** @throws HiveError PLAN_REFUSED, PLAN_OVER_STEP_FUNCTIONS_LIMITS */
function admissible(raw: unknown, now: number): CognitivePlan {
  const { plan, faults } = checkPlan(raw);
  if (plan === undefined) throw refused(faults);
  const time = findTimeFaults(plan, now);
  const all = [...faults, ...time.faults];
  const mended = time.faults.length > 0 && time.newIdMends && faults.length === 0;
  if (all.length > 0)
    throw refused(
      all,
      mended ? 'submit it with --new-id: the plan is issued anew, now, under an id of its own' : undefined,
    );
  const over = checkLimits(compilePlan(plan.tasks, { sha256 }).stats);
  if (over) throw over;
  return plan;
}

const NOT_SEEN_AFTER_MS = 20_000;
const NOT_SEEN_YET =
  'note: the orchestrator has not taken the plan yet; still waiting (hive status shows whether it is there)\n';

async function follow(
  hive: HiveClient,
  submitted: Submitted,
  { timeout, json }: Options & { json?: true },
  io: Io,
): Promise<number> {
  const { plan_id } = submitted.plan;
  const limits = {
    now: io.now,
    since: io.now(),
    signal: io.interrupt(),
    flags: hive.target.flags,
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
  };
  const look = lookForStuck(createLook({ ledger: hive.ledger, reader: hive.reader }, plan_id), hive.registry);
  const slow = setTimeout(() => io.stderr.write(NOT_SEEN_YET), NOT_SEEN_AFTER_MS);
  const first = await untilSeen(hive.ledger, submitted, look, limits).finally(() => clearTimeout(slow));
  const views = followPlan(first, look, { ...limits, stopForPerson: true });
  let last = first;
  if (json) for await (const view of views) last = view;
  else last = (await showLive(views, io)) ?? first;
  const history = await historyOf(last, hive.reader);
  if (json) io.stdout.write(`${toJson(summaryOf(last, timingOf(last, history)))}\n`);
  else io.stdout.write(`\n${reportLines(last, hive.target, io.stdout.color, history).join('\n')}\n`);
  return exitCodeOfPlan(last.plan);
}
