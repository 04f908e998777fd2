/** The last lines of a log, in bounded memory. */
import { jsonBytes } from './json-bytes.ts';

export const LOG_LINES = 200;
export const LOG_BYTES = 32 * 1024;
const LINE_CHARACTERS = 4096;

export class BoundedLog {
  #lines: string[] = [];

  /** A line longer than 4 096 characters keeps its beginning. */
  add(line: string): void {
    const whole = line.toWellFormed();
    this.#lines.push(whole.length > LINE_CHARACTERS ? `${whole.slice(0, LINE_CHARACTERS).toWellFormed()}…` : whole);
    // Cut back in strides: dropping one line a line would copy the array each time.
    if (this.#lines.length >= 2 * LOG_LINES) this.#lines = this.#lines.slice(-LOG_LINES);
  }

  /** The last lines, oldest first: at most 200 and 32 KB as JSON. */
  tail(): string[] {
    const kept: string[] = [];
    let bytes = 2;
    for (const line of this.#lines.slice(-LOG_LINES).reverse()) {
      bytes += jsonBytes(line) + 1;
      if (bytes > LOG_BYTES) break;
      kept.push(line);
    }
    return kept.reverse();
  }
}
