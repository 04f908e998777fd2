/** The local AWS as a whole: start it or find it running, stop it, ask how it is. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseMode, dockerAnswers } from './choose-mode.ts';
import { containerLog, containerRuns, startContainer, stopContainer } from './container.ts';
import { answersHttp, isLocalStack, isPortTaken } from './health.ts';
import { DEFAULT_NAME, runFolder } from './home.ts';
import { endLocalStack, spawnLocalStack } from './host-processes.ts';
import { installLocalStack } from './install.ts';
import { endpointUnreachable, portBusy, portOf, startFailed } from './local-errors.ts';
import { withLock } from './lock.ts';
import { isAlive } from './process-start.ts';
import { forgetState, type RunState, readState, writeState } from './run-state.ts';

export { awsEnvironment } from './aws-environment.ts';

export interface LocalAws {
  /** Base URL of all services. */
  readonly endpoint: string;
  readonly mode: 'container' | 'process' | 'external';
  readonly name: string;
  readonly port?: number;
  readonly pid?: number;
  /** File of LocalStack's own output. */
  readonly log?: string;
}

export interface StartOptions {
  readonly name?: string;
  /** Default: `HIVE_PORT`, else 4566. */
  readonly port?: number;
  readonly onProgress?: (step: string) => void;
}

const START_TIMEOUT_MS = 90_000;
/** One that lives but is slow to answer is busy, and must not be replaced: its state would be lost. */
const BUSY_TIMEOUT_MS = 30_000;

/**
 * The local AWS, started unless it runs already. It goes on running when the caller ends. Several callers at once get
 * the same one.
 * @throws HiveError LOCAL_ENDPOINT_UNREACHABLE, LOCAL_PORT_BUSY, LOCAL_PORT_INVALID, LOCAL_START_FAILED,
 *   LOCAL_NAME_INVALID, and what installing throws
 */
export async function startLocalAws(options: StartOptions = {}): Promise<LocalAws> {
  const { name = DEFAULT_NAME, onProgress = () => {} } = options;
  const external = process.env.AWS_ENDPOINT_URL;
  if (external) return useExternal(name, external);
  const folder = runFolder(name);
  mkdirSync(folder, { recursive: true });
  const onWait = (pid: number) => onProgress(`waiting for process ${pid}, which starts or stops it`);
  const start = async () => {
    const running = await runningState(folder, BUSY_TIMEOUT_MS);
    if (running) return describe(name, running);
    const port = options.port ?? portOf(process.env.HIVE_PORT);
    await endRun(folder, readState(folder));
    if (await isPortTaken(port)) throw portBusy(port);
    const state = await launch(name, folder, port, onProgress);
    await untilReady(folder, state, onProgress);
    return describe(name, state);
  };
  return withLock(join(folder, 'lock'), start, { onWait });
}

/** Stops the local AWS and waits for its end. One that does not run, or was named by AWS_ENDPOINT_URL, is left alone. */
export async function stopLocalAws({ name = DEFAULT_NAME }: { name?: string } = {}): Promise<void> {
  const folder = runFolder(name);
  if (!existsSync(folder)) return;
  await withLock(join(folder, 'lock'), () => endRun(folder, readState(folder)));
}

/** The local AWS if it answers; undefined if it does not run. */
export async function localAwsStatus({ name = DEFAULT_NAME }: { name?: string } = {}): Promise<LocalAws | undefined> {
  const external = process.env.AWS_ENDPOINT_URL;
  if (external) return (await answersHttp(external)) ? { endpoint: external, mode: 'external', name } : undefined;
  const state = await runningState(runFolder(name));
  return state && describe(name, state);
}

async function useExternal(name: string, endpoint: string): Promise<LocalAws> {
  if (!(await answersHttp(endpoint))) throw endpointUnreachable(endpoint);
  return { endpoint, mode: 'external', name };
}

async function launch(
  name: string,
  folder: string,
  port: number,
  onProgress: (step: string) => void,
): Promise<RunState> {
  const mode = await chooseMode({ env: process.env, dockerAnswers });
  if (mode === 'container') {
    const state = await startContainer(name, port, onProgress);
    writeState(folder, state);
    return state;
  }
  const installation = await installLocalStack(onProgress);
  const state = spawnLocalStack(installation, folder, port);
  writeState(folder, state);
  return state;
}

async function untilReady(folder: string, state: RunState, onProgress: (step: string) => void): Promise<void> {
  onProgress(`starting LocalStack on port ${state.port}`);
  const end = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < end && (await lives(state))) {
    if (await isLocalStack(endpointOf(state))) return;
    await sleep(100);
  }
  const log = state.container ? await containerLog(state.container) : readFileSync(state.log ?? '', 'utf8');
  await endRun(folder, state);
  throw startFailed(log, state.log);
}

async function endRun(folder: string, state: RunState | undefined): Promise<void> {
  if (state?.container) await stopContainer(state.container);
  else await endLocalStack(folder, state?.pid);
  forgetState(folder);
}

async function runningState(folder: string, timeoutMs = 5000): Promise<RunState | undefined> {
  const state = readState(folder);
  if (!state || !(await lives(state))) return undefined;
  return (await isLocalStack(endpointOf(state), timeoutMs)) ? state : undefined;
}

async function lives(state: RunState): Promise<boolean> {
  return state.container ? containerRuns(state.container) : isAlive(state.pid || -1);
}

const endpointOf = ({ port }: RunState) => `http://127.0.0.1:${port}`;

function describe(name: string, state: RunState): LocalAws {
  const { mode, port, pid, log } = state;
  return { endpoint: endpointOf(state), mode, name, port, ...(pid && { pid }), ...(log && { log }) };
}
