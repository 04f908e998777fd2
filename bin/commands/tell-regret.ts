/** `hive regret`: from the ledger's events to what the clairvoyant would have saved. */
import { forEachAtOnce } from '../../core/at-once.ts';
import { endedAttempts } from '../../core/swarm/ended-attempts.ts';
import { type EndedAttempt, regretOf } from '../../core/swarm/regret.ts';
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive, type HiveClient } from '../support/hive-client.ts';
import { regretLines } from '../support/regret-view.ts';
import type { TargetOptions } from '../support/target.ts';
import { toJson } from '../support/text.ts';
import { unknownPlan } from '../support/unknown.ts';

export const tellRegret: Run<TargetOptions> = async (io, planIds, options) => {
  const hive = await connectHive(options, io);
  try {
    const attempts: EndedAttempt[] = [];
    for (const planId of new Set(planIds)) attempts.push(...(await attemptsOf(hive, planId)));
    const told = regretOf(attempts, await capacityOf(hive, attempts));
    const text = options.json ? toJson(told) : regretLines(told, io.stdout).join('\n');
    io.stdout.write(`${text}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};

const TICKETS_AT_ONCE = 16;

async function attemptsOf({ reader, ledger }: HiveClient, planId: string): Promise<EndedAttempt[]> {
  if ((await ledger.loadPlanState(planId)) === undefined) throw unknownPlan(planId);
  const attempts: EndedAttempt[] = [];
  await forEachAtOnce(await reader.listTicketIds(planId), TICKETS_AT_ONCE, async (ticketId) => {
    attempts.push(...endedAttempts(await reader.loadTicketEvents(ticketId)));
  });
  return attempts;
}

/** Slots of the agents that ran any of it, also of those that have left since. */
async function capacityOf({ registry }: HiveClient, attempts: readonly EndedAttempt[]): Promise<Map<string, number>> {
  const capacity = new Map<string, number>();
  for (const id of new Set(attempts.map(({ agent_id }) => agent_id))) {
    const agent = await registry.load(id);
    if (agent !== undefined) capacity.set(id, agent.capacity);
  }
  return capacity;
}
