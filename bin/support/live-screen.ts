/** Draws a block of lines over itself in a terminal, without flicker; the cursor is hidden meanwhile. */
import type { Out } from './io.ts';

const HIDE = '\x1b[?25l';
const SHOW = '\x1b[?25h';
/** Synchronized output: terminals that know it show the frame at once, others ignore it. */
const BEGIN = '\x1b[?2026h';
const COMMIT = '\x1b[?2026l';
const TO_LINE_END = '\x1b[K';
const TO_SCREEN_END = '\x1b[J';

export interface LiveScreen {
  draw(lines: readonly string[]): void;
  /** Shows the cursor again, below what was drawn last. Doing it again changes nothing. */
  end(): void;
}

/** The lines must not be wider than the terminal, nor more than its rows less one. */
export function createLiveScreen(out: Out): LiveScreen {
  let drawn = 0;
  let columns = 0;
  let live = false;
  const show = () => {
    if (live) out.write(SHOW);
    live = false;
  };
  // Whatever ends the process, the cursor comes back.
  process.once('exit', show);
  return {
    draw(lines) {
      // After a change of width the terminal has wrapped what stands there: start below it.
      const up = drawn > 0 && columns === out.columns ? `\x1b[${drawn}A\r` : '';
      const text = lines.map((line) => `${line}${TO_LINE_END}\n`).join('');
      out.write(`${BEGIN}${live ? '' : HIDE}${up}${text}${TO_SCREEN_END}${COMMIT}`);
      live = true;
      drawn = lines.length;
      columns = out.columns;
    },
    end() {
      show();
      process.off('exit', show);
    },
  };
}
