/** What a running local AWS leaves on disk, so that another process can find, use and stop it. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RunState {
  readonly mode: 'process' | 'container';
  readonly port: number;
  /** Process id of LocalStack; it leads its own process group. Only of mode `process`. */
  readonly pid?: number;
  /** Name of the container. Only of mode `container`. */
  readonly container?: string;
  readonly log?: string;
  readonly started_at_ms: number;
}

const fileOf = (folder: string) => join(folder, 'state.json');

/** The recorded run; undefined if there is none (or what is there is no state). */
export function readState(folder: string): RunState | undefined {
  try {
    const state = JSON.parse(readFileSync(fileOf(folder), 'utf8')) as Partial<RunState>;
    return typeof state.port === 'number' && state.mode !== undefined ? (state as RunState) : undefined;
  } catch {
    return undefined;
  }
}

export function writeState(folder: string, state: RunState): void {
  mkdirSync(folder, { recursive: true });
  const fresh = `${fileOf(folder)}.new`;
  writeFileSync(fresh, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(fresh, fileOf(folder));
}

export function forgetState(folder: string): void {
  rmSync(fileOf(folder), { force: true });
}
