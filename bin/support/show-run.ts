/** Shows a plan while it runs: redrawn on a terminal, a line a change elsewhere. */
import type { Io } from './io.ts';
import { createLiveScreen } from './live-screen.ts';
import { changeLine, changesBetween } from './plan-changes.ts';
import type { PlanView } from './plan-view.ts';
import { renderPlan } from './render-plan.ts';

/** Follows to the end. @returns the last view */
export async function showLive(views: AsyncIterable<PlanView>, io: Io): Promise<PlanView | undefined> {
  return io.stdout.isTTY ? redraw(views, io) : tellChanges(views, (line) => io.stdout.write(`${line}\n`));
}

async function redraw(views: AsyncIterable<PlanView>, io: Io): Promise<PlanView | undefined> {
  const screen = createLiveScreen(io.stdout);
  let last: PlanView | undefined;
  try {
    for await (const view of views) {
      const size = { columns: io.stdout.columns, rows: io.stdout.rows - 1 };
      screen.draw(renderPlan(view, size, io.stdout.color));
      last = view;
    }
  } finally {
    screen.end();
  }
  return last;
}

export async function tellChanges(
  views: AsyncIterable<PlanView>,
  tell: (line: string) => void,
  format = changeLine,
): Promise<PlanView | undefined> {
  let last: PlanView | undefined;
  for await (const view of views) {
    for (const change of changesBetween(last, view)) tell(format(change));
    last = view;
  }
  return last;
}
