/** What functions log while a test runs, instead of on the terminal; to be undone by `vi.restoreAllMocks`. */
import { vi } from 'vitest';

/** @returns the lines logged from now on */
export function captureLog(): string[] {
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk: unknown) => {
      lines.push(...String(chunk).split('\n').filter(Boolean));
      return true;
    });
  // Metrics go by the console.
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
  return lines;
}
