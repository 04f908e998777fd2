/** `hive audit export`. */

import { sha256Bytes } from '../../../adapters/system/digest.ts';
import { forEachAtOnce } from '../../../core/at-once.ts';
import type { AuditExport } from '../../../core/audit/export.ts';
import type { SealedHead } from '../../../core/audit/head.ts';
import { createMerkle } from '../../../core/audit/merkle.ts';
import { withProofs } from '../../../core/audit/plan-proofs.ts';
import type { Recorded } from '../../../core/ledger/chain.ts';
import { createLoadPlanKept } from '../../../core/ledger/replay-plan.ts';
import { writeExport } from '../../support/audit-folder.ts';
import { connectAudit } from '../../support/audit-source.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectHive, type HiveClient } from '../../support/hive-client.ts';
import type { TargetOptions } from '../../support/target.ts';
import { count, plain, toJson } from '../../support/text.ts';
import { unknownPlan } from '../../support/unknown.ts';

const READS_AT_ONCE = 16;

export const exportLog: Run<TargetOptions & { readonly plan?: string }> = async (
  io,
  [folder = ''],
  { plan, ...rest },
) => {
  const hive = await connectHive(rest, io);
  const source = connectAudit(hive);
  try {
    const told = (heads: number) => io.stderr.isTTY && io.stderr.write(`\r${count(heads, 'head')} read`);
    const heads = await source.heads(told);
    if (io.stderr.isTTY) io.stderr.write('\r');
    const keys = await source.keys(heads);
    const audit: AuditExport =
      plan === undefined ? await everything(hive, heads, keys) : await ofPlan(hive, plan, heads, keys);
    writeExport(folder, audit, io.now());
    const last = heads.at(-1)?.head;
    const told2 = {
      folder,
      heads: heads.length,
      events: audit.events.length,
      ...(plan !== undefined && { plan_id: plan }),
    };
    if (rest.json) io.stdout.write(`${toJson({ ...told2, size: last?.size ?? 0, root: last?.root })}\n`);
    else
      io.stdout.write(
        `${plain(folder)}: ${count(audit.events.length, 'event')}, ${count(heads.length, 'head')}${last ? `, the last one ${last.number} of ${new Date(last.at).toISOString()}` : ''}\nverify it anywhere: hive audit verify ${plain(folder)}\n`,
      );
    return EXIT.ok;
  } finally {
    source.close();
    hive.close();
  }
};

/** All aggregates that the log names, as they are now. */
async function everything(
  { history }: HiveClient,
  heads: readonly SealedHead[],
  keys: Record<string, string>,
): Promise<AuditExport> {
  const aggregates = [...new Set(heads.flatMap(({ entries }) => entries.map(({ aggregate }) => aggregate)))].sort();
  const kept = new Map<string, readonly Recorded[]>();
  await forEachAtOnce(aggregates, READS_AT_ONCE, async (aggregate) => {
    kept.set(aggregate, (await history.loadKept(aggregate))?.records ?? []);
  });
  return {
    heads: heads.map(({ batches: _, ...head }) => head),
    events: aggregates.flatMap((aggregate) => (kept.get(aggregate) ?? []).map((record) => ({ record }))),
    keys,
  };
}

async function ofPlan(
  hive: HiveClient,
  planId: string,
  heads: readonly SealedHead[],
  keys: Record<string, string>,
): Promise<AuditExport> {
  const kept = await createLoadPlanKept(hive)(planId);
  if (kept === undefined) throw unknownPlan(planId);
  const records = [kept.plan, ...kept.tickets, ...kept.incidents].flatMap(
    (aggregate): readonly Recorded[] => aggregate.records,
  );
  return { ...withProofs(heads, records, createMerkle(sha256Bytes)), keys, plan_id: planId };
}
