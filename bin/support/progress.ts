/** Progress of something long: one line redrawn on a terminal, a line a step elsewhere. Always on stderr. */
import type { Io } from './io.ts';
import { cut, duration, plain } from './text.ts';

export interface Progress {
  /** a new step replaces the one before, which is told as done */
  step(text: string): void;
  /** how far the current step is */
  detail(text: string): void;
  done(): void;
}

export function createProgress(io: Io): Progress {
  const { stderr } = io;
  let current: { text: string; since: number } | undefined;
  const finish = () => {
    if (current === undefined) return;
    const took = duration(io.now() - current.since);
    const line = `${stderr.color.green('✔')} ${plain(current.text)} ${stderr.color.gray(took)}\n`;
    stderr.write(stderr.isTTY ? `\r\x1b[K${line}` : line);
    current = undefined;
  };
  const show = (text: string) => stderr.write(`\r\x1b[K${cut(plain(text), stderr.columns - 1)}`);
  return {
    step(text) {
      if (current?.text === text) return;
      finish();
      current = { text, since: io.now() };
      if (stderr.isTTY) show(`… ${text}`);
    },
    detail(text) {
      if (stderr.isTTY && current) show(`… ${current.text}: ${text}`);
    },
    done: finish,
  };
}

export const NO_PROGRESS: Progress = { step() {}, detail() {}, done() {} };
