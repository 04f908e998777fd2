/**
 * What is undone when a plan fails under `on_failure: compensate`, and in which order: the exact reverse of the plan's
 * partial order, restricted to what was done and says how it is undone. The rest of the plan still orders what lies on
 * either side of it.
 */
import { utf8Bytes } from '../json-bytes.ts';
import { canonicalJson } from '../ledger/canonical.ts';
import type { Sha256 } from '../ports/digest.ts';
import { compensationIdOf } from '../ticket/ids.ts';
import type { TicketSpec } from '../ticket/state.ts';
import { neighbours } from './compile/adjacency.ts';
import { toGraph } from './compile/graph.ts';
import type { CompilerTask } from './compile/types.ts';
import { upwardRanks } from './upward-rank.ts';

export interface CompensableTask {
  readonly task_id: string;
  readonly dependencies: readonly string[];
  /** it declares how it is undone */
  readonly compensable: boolean;
}

export interface CompensationStep {
  readonly task_id: string;
  /** tasks whose undoing must be complete before; those that others of them imply are left out */
  readonly after: readonly string[];
}

/** A wait for a person over the weekend must not cut the undoing off: the plan's own deadline does not count for it. */
export const COMPENSATION_DEADLINE_MS = 7 * 24 * 3_600_000;
/** Longer outputs are named, not copied: a ticket is one item of the ledger. */
export const MAX_OUTPUT_BYTES = 64 * 1024;

/**
 * The tasks to undo, those that may be undone first at the beginning. The same for the same plan, in whatever order its
 * tasks and their dependencies come.
 * @param done tasks whose effects are there; one that is not compensable is passed over, what it orders stays in order
 * @throws HiveError as `compilePlan` for what is no DAG
 */
export function compensationOrder(tasks: readonly CompensableTask[], done: ReadonlySet<string>): CompensationStep[] {
  const undone = new Set(
    tasks.filter((task) => task.compensable && done.has(task.task_id)).map((task) => task.task_id),
  );
  if (undone.size === 0) return [];
  const graph = toGraph(tasks.map((task) => ({ ...task, required_capabilities: [] })));
  const chosen = graph.tasks.flatMap(({ task_id }, task) => (undone.has(task_id) ? [task] : []));
  const place = new Map(chosen.map((task, at) => [task, at]));
  const name = (at: number): string => (graph.tasks[chosen[at] as number] as CompilerTask).task_id;
  /** By task: what is to be undone of all that comes after it in the plan, a bit set of places in `chosen`. */
  const reach = graph.tasks.map(() => new Uint32Array((chosen.length + 31) >>> 5));
  const rowAt = (task: number | undefined): Uint32Array => reach[task as number] as Uint32Array;

  const steps: CompensationStep[] = [];
  for (let task = reach.length - 1; task >= 0; task--) {
    const row = rowAt(task);
    for (const next of neighbours(graph.successors, task)) {
      include(row, rowAt(next));
      const at = place.get(next);
      if (at !== undefined) row[at >>> 5] = (row[at >>> 5] as number) | (1 << (at & 31));
    }
    const at = place.get(task);
    if (at === undefined) continue;
    steps.push({ task_id: name(at), after: nearest(row, (other) => rowAt(chosen[other])).map(name) });
  }
  return steps;
}

/** Of a set of places those that no other of them implies. Places ascend with the plan's order: who implies comes first. */
function nearest(row: Uint32Array, reachOf: (place: number) => Uint32Array): number[] {
  const left = row.slice();
  const found: number[] = [];
  for (let word = 0; word < left.length; word++)
    while (left[word] !== 0) {
      const bit = 31 - Math.clz32((left[word] as number) & -(left[word] as number));
      const at = word * 32 + bit;
      found.push(at);
      left[word] = (left[word] as number) & ~(1 << bit);
      const implied = reachOf(at);
      for (let w = word; w < left.length; w++) left[w] = (left[w] as number) & ~(implied[w] as number);
    }
  return found;
}

function include(into: Uint32Array, from: Uint32Array): void {
  for (let word = 0; word < into.length; word++) into[word] = (into[word] as number) | (from[word] as number);
}

export interface Undoable {
  /** the plan's tickets, all of them */
  readonly specs: readonly TicketSpec[];
  /** ticket_id → what its result put out; a ticket without one is told where to look */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** ticket_ids of those whose effects are there */
  readonly done: ReadonlySet<string>;
}

/**
 * The COMPENSATE tickets, in the order of `compensationOrder`, each gated by those whose undoing comes before its own.
 * Minting again with the same arguments gives the same tickets.
 * @param createdAt epoch ms when the plan failed: part of the tickets, so not "now"
 */
export function mintCompensations({ specs, outputs, done }: Undoable, createdAt: number, sha256: Sha256): TicketSpec[] {
  const byId = new Map(specs.map((spec) => [spec.ticket_id, spec]));
  const undoOf = (ticketId: string): string => {
    const { plan_id, task_id } = byId.get(ticketId) as TicketSpec;
    return compensationIdOf(plan_id, task_id, sha256);
  };
  const steps = compensationOrder(
    specs.map(({ ticket_id, dependencies, compensation }) => ({
      task_id: ticket_id,
      dependencies,
      compensable: compensation !== undefined,
    })),
    done,
  );
  const releases = new Map<string, string[]>(steps.map(({ task_id }) => [task_id, []]));
  for (const { task_id, after } of steps) for (const before of after) releases.get(before)?.push(undoOf(task_id));

  const estimates = new Map(specs.map(({ ticket_id, estimated_duration_ms }) => [ticket_id, estimated_duration_ms]));
  const ranks = upwardRanks(
    steps.map(({ task_id, after }) => ({ task_id, dependencies: after })),
    ({ task_id }) => estimates.get(task_id) ?? 0,
  );

  return steps.map(({ task_id: original, after }) => {
    const { compensation, rank_ms: _, ...spec } = byId.get(original) as TicketSpec;
    const gated_by = after.map(undoOf);
    return {
      ...spec,
      ticket_id: undoOf(original),
      task_id: `undo:${spec.task_id}`,
      task_type: 'COMPENSATE',
      description: `Undo ${spec.task_id}${spec.description === '' ? '' : `: ${spec.description}`}`,
      dependencies: gated_by,
      gated_by,
      below_ms: (ranks.get(original) ?? 0) - (estimates.get(original) ?? 0),
      releases: releases.get(original) ?? [],
      compensates: original,
      parameters: compensation?.parameters ?? {},
      metadata: metadataOf(spec, compensation?.task_type, outputs.get(original)),
      created_at: createdAt,
      plan_deadline: createdAt + COMPENSATION_DEADLINE_MS,
      // To be undone at most once is no use to anybody: undoing is repeatable, and given up by a person only.
      qos: {
        ...spec.qos,
        delivery_mode: spec.qos.delivery_mode === 'AT_MOST_ONCE' ? 'AT_LEAST_ONCE' : spec.qos.delivery_mode,
      },
    };
  });
}

/** What an agent needs to know of the ticket it undoes. */
function metadataOf(
  { ticket_id, task_id, task_type, metadata }: Omit<TicketSpec, 'compensation'>,
  undoType: string | undefined,
  output: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const { output: _o, output_ticket: _t, ...kept } = metadata;
  const json = output === undefined ? undefined : canonicalJson(output);
  return {
    ...kept,
    task_type: undoType ?? metadata.task_type ?? task_type,
    compensates: ticket_id,
    undo: task_id,
    ...(json === undefined || utf8Bytes(json) > MAX_OUTPUT_BYTES ? { output_ticket: ticket_id } : { output: json }),
  };
}
