/** `hive audit show`. */
import { sha256 } from '../../../adapters/system/digest.ts';
import { nameOf } from '../../../core/audit/entry.ts';
import { findBreak, type Recorded } from '../../../core/ledger/chain.ts';
import { createLoadPlanKept, type PlanKept } from '../../../core/ledger/replay-plan.ts';
import { connectAudit } from '../../support/audit-source.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectHive } from '../../support/hive-client.ts';
import type { Io } from '../../support/io.ts';
import type { TargetOptions } from '../../support/target.ts';
import { plain, table, toJson } from '../../support/text.ts';
import { unknownPlan } from '../../support/unknown.ts';

export const showPlan: Run<TargetOptions> = async (io, [planId = ''], options) => {
  const hive = await connectHive(options, io);
  const source = connectAudit(hive);
  try {
    const kept = await createLoadPlanKept(hive)(planId);
    if (kept === undefined) throw unknownPlan(planId);
    const heads = await source.heads();
    const sealedBy = new Map(
      heads.flatMap(({ head, entries }) => entries.map((entry) => [`${nameOf(entry)} ${entry.hash}`, head.number])),
    );
    return tellPlan(planId, kept, (record) => sealedBy.get(`${nameOf(record)} ${record.hash}`), options, io);
  } finally {
    source.close();
    hive.close();
  }
};

/** @returns 8 where a chain is broken */
export function tellPlan(
  planId: string,
  { plan, tickets, incidents }: PlanKept,
  headOf: (record: Recorded) => number | undefined,
  { json }: { readonly json?: true },
  io: Io,
): number {
  const all = [plan, ...tickets, ...incidents];
  const broken = all.flatMap(({ aggregate, records }) => {
    const version = findBreak(records, sha256);
    return version === undefined ? [] : [{ aggregate, version }];
  });
  const records = all
    .flatMap((aggregate): readonly Recorded[] => aggregate.records)
    .sort((a, b) => a.at - b.at || (a.aggregate < b.aggregate ? -1 : 1) || a.version - b.version);
  const events = records.map((record) => ({ ...toldOf(record), head: headOf(record) ?? null }));
  if (json) io.stdout.write(`${toJson({ plan_id: planId, broken, events })}\n`);
  else {
    const rows = events.map(({ at, task, what, who, why, policies, head }) => [
      new Date(at).toISOString().slice(0, -1),
      task,
      what,
      who,
      [why, policies.join(' ')].filter(Boolean).join(' · '),
      head === null ? 'pending' : `head ${head}`,
    ]);
    const cells = rows.map((row) => row.map(plain));
    const faults = broken.map(({ aggregate, version }) =>
      io.stdout.color.red(`the chain of ${plain(aggregate)} breaks at event ${version}`),
    );
    io.stdout.write(
      `${[...table(['when (UTC)', 'task', 'what', 'who', 'why · policies', 'proof'], cells), ...faults].join('\n')}\n`,
    );
  }
  return broken.length === 0 ? EXIT.ok : EXIT.differs;
}

/** Of an event what an auditor asks first: who, and by which right. */
function toldOf({ at, aggregate, version, subject, event, hash }: Recorded) {
  const said = event as unknown as Readonly<Record<string, unknown>>;
  const operator = (said.operator ?? said) as Readonly<Record<string, unknown>>;
  const authorization = (said.authorization ?? operator.authorization) as { policies?: readonly string[] } | undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    ...{ at, aggregate, version, hash, what: event.type },
    task: subject.task_id ?? '',
    who: text(operator.by) || text(said.agent_id) || text(said.approved_by),
    why: text(operator.why) || text(said.reason) || text(said.error_message),
    policies: authorization?.policies ?? [],
  };
}
