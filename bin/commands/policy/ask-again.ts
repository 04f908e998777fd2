/** `hive policy what-if`. */
import { createCedarEngine } from '../../../adapters/cedar/engine.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createLoadPlanKept, type PlanKept } from '../../../core/ledger/replay-plan.ts';
import { POLICY_SCHEMA } from '../../../core/policy/default-set.ts';
import { decisionsOf, type Flipped, flippedBy, type Recorded } from '../../../core/policy/what-if.ts';
import type { PolicyEngine } from '../../../core/ports/policies.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectHive } from '../../support/hive-client.ts';
import type { Io } from '../../support/io.ts';
import { readFitPolicies } from '../../support/policy-folder.ts';
import type { TargetOptions } from '../../support/target.ts';
import { count, plain, table, toJson } from '../../support/text.ts';

interface Options extends TargetOptions {
  readonly plans?: number;
}

const DEFAULT_PLANS = 100;

export const askAgain: Run<Options> = async (io, [folder = ''], options) => {
  const set = readFitPolicies(folder, { try: `hive policy test ${folder}` });
  const engine = createCedarEngine(set, POLICY_SCHEMA, sha256);
  const hive = await connectHive(options, io);
  try {
    const load = createLoadPlanKept(hive);
    const kept: PlanKept[] = [];
    for (const { plan_id } of await hive.ledger.listPlans(options.plans ?? DEFAULT_PLANS)) {
      const plan = await load(plan_id);
      if (plan !== undefined) kept.push(plan);
    }
    return tellFlipped(kept, engine, options, io);
  } finally {
    hive.close();
  }
};

/** @returns 3 where a decision would flip */
export function tellFlipped(
  kept: readonly PlanKept[],
  engine: PolicyEngine,
  { json }: { readonly json?: true },
  io: Pick<Io, 'stdout'>,
): number {
  const recorded: Recorded[] = kept.flatMap(decisionsOf);
  const flipped = flippedBy(recorded, engine);
  if (json)
    io.stdout.write(
      `${toJson({ policy_set: engine.policySet, plans: kept.length, decisions: recorded.length, flipped: flipped.map(told) })}\n`,
    );
  else {
    const size = `${count(recorded.length, 'decision')} of ${count(kept.length, 'plan')}`;
    const verdict = flipped.length === 0 ? 'none would flip' : `${flipped.length} would be denied`;
    const rows = flipped
      .map(told)
      .map(({ at, action, plan_id, task_id, principal, why }) =>
        [new Date(at).toISOString().slice(0, -1), action, plan_id, task_id, principal, why].map(plain),
      );
    const heads = ['when (UTC)', 'action', 'plan', 'task', 'who', 'why'];
    io.stdout.write(`${[`${size}: ${verdict}`, ...(rows.length > 0 ? table(heads, rows) : [])].join('\n')}\n`);
  }
  return flipped.length === 0 ? EXIT.ok : EXIT.refused;
}

const told = ({ of, decision, same_question }: Flipped) => ({
  ...{ at: of.at, action: of.question.action, plan_id: of.plan_id, task_id: of.task_id ?? '' },
  principal: of.question.principal.id,
  ...{ allowed_by: of.authorization.policies, denied_by: decision.policies, same_question },
  why: [...decision.reasons, ...decision.errors].join('; ') || 'no policy permits it any more',
});
