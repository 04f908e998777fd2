/** Runs a command in this process, as its arguments, and gives back what a shell would see. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { runHive } from '../../bin/program.ts';
import type { Io, Out } from '../../bin/support/io.ts';
import { NOW } from '../support/plans.ts';

export interface Seen {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function hive(
  args: readonly string[],
  options: { stdin?: string; interrupt?: AbortSignal; env?: Io['env'] } = {},
): Promise<Seen> {
  const out = memoryOut();
  const err = memoryOut();
  const io: Io = {
    stdout: out,
    stderr: err,
    env: options.env ?? {},
    readStdin: async () => options.stdin ?? '',
    now: () => NOW,
    interrupt: () => options.interrupt ?? new AbortController().signal,
  };
  const status = await runHive(args, io);
  return { status, stdout: out.text(), stderr: err.text() };
}

export function memoryOut(size: { isTTY?: boolean; columns?: number; rows?: number } = {}): Out & { text(): string } {
  const parts: string[] = [];
  return {
    write: (text) => void parts.push(text),
    isTTY: false,
    columns: 80,
    rows: 24,
    color: picocolors.createColors(false),
    text: () => parts.join(''),
    ...size,
  };
}

/** A file in a folder of its own. */
export function file(content: unknown, name = 'plan.json'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'hive-cli-')), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Whether a terminal would take any of it as more than text and line ends. */
export const hasControls = (text: string): boolean => /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text);
