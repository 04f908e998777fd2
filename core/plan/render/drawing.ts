/** What a picture of a plan shows: its tasks, the dependencies between them, what waits at a gate, what state each is in. */
import { type CompilerTask, type Gate, transitiveReduction } from '../compile/index.ts';

export interface DrawingOptions {
  /** Status by task id, as of ExecutionTicket.status; others are drawn without colour. */
  status?: Readonly<Record<string, string>>;
  /** Dependencies enforced by gates: drawn dashed. */
  gates?: readonly Gate[];
  /** Leave out dependencies that others imply. Default false. */
  reduced?: boolean;
}

export interface Drawing {
  nodes: { key: string; label: string; status: DrawnStatus | undefined }[];
  edges: { from: string; to: string; gated: boolean }[];
}

/** Fill colours by status; text on them is dark enough to read in both themes. */
export const STATUS_FILL = {
  PENDING: '#e5e7eb',
  RUNNING: '#93c5fd',
  COMPLETED: '#86efac',
  FAILED: '#fca5a5',
  COMPENSATING: '#fdba74',
  COMPENSATED: '#d8b4fe',
} as const;
export type DrawnStatus = keyof typeof STATUS_FILL;

/** Nodes are keyed n0, n1 … so that no text of a plan is ever more than a label. */
export function drawPlan(tasks: readonly CompilerTask[], options: DrawingOptions): Drawing {
  const keys = new Map(tasks.map((task, i) => [task.task_id, `n${i}`]));
  const gated = new Set((options.gates ?? []).map(({ before, after }) => JSON.stringify([before, after])));
  const pairs = options.reduced ? transitiveReduction(tasks) : tasks.flatMap(dependenciesOf);
  const statuses = new Map(Object.entries(options.status ?? {}));
  return {
    nodes: tasks.map((task, i) => ({
      key: `n${i}`,
      label: readable(task.task_id),
      status: known(statuses.get(task.task_id)),
    })),
    edges: pairs.flatMap(({ before, after }) => {
      const from = keys.get(before);
      const to = keys.get(after);
      return from && to ? [{ from, to, gated: gated.has(JSON.stringify([before, after])) }] : [];
    }),
  };
}

function dependenciesOf(task: CompilerTask): Gate[] {
  return [...new Set(task.dependencies)].map((before) => ({ before, after: task.task_id }));
}

function known(status: string | undefined): DrawnStatus | undefined {
  return status !== undefined && Object.hasOwn(STATUS_FILL, status) ? (status as DrawnStatus) : undefined;
}

const MAX_LABEL = 60;

/** One line, of a length that fits a box, without what turns or hides text (controls, bidi and other format marks). */
function readable(id: string): string {
  const characters = [
    ...id
      .slice(0, 2 * MAX_LABEL + 2)
      .toWellFormed()
      .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd'),
  ];
  return characters.length > MAX_LABEL ? `${characters.slice(0, MAX_LABEL - 1).join('')}…` : characters.join('');
}
