/** Notices that the stack of running agents is gone, or has come back elsewhere (`hive down`, `hive up`). */
import { setTimeout as sleep } from 'node:timers/promises';
import { HiveError } from '../../core/errors.ts';
import { refuse } from './errors.ts';
import type { Io } from './io.ts';
import type { Pulse } from './pulse.ts';
import type { Target } from './target.ts';
import { duration } from './text.ts';

const INTERVAL_MS = 5000;
/** A stack that is being updated, or a network that is away, is back by then. */
const LOOK_AFTER_MS = 30_000;
/** `hive up` after `hive down` takes a minute or two. */
const GONE_AFTER_MS = 180_000;

export interface StackWatch {
  readonly target: Target;
  readonly pulse: Pick<Pulse, 'silentFor' | 'lastFailure'>;
  /** where the stack is now; throws as `resolveTarget` */
  readonly findAgain: () => Promise<Target>;
  /** aborts: look no more */
  readonly signal: AbortSignal;
  readonly io: Io;
  readonly intervalMs?: number;
}

/**
 * Resolves with the target once the stack has another API; with undefined when the signal aborts. On AWS, where the
 * network or credentials may be away for long, silence alone never means that it is gone.
 * @throws HiveError STACK_GONE
 */
export async function untilMoved(watch: StackWatch): Promise<Target | undefined> {
  const { target, pulse, findAgain, signal, io, intervalMs = INTERVAL_MS } = watch;
  let told = false;
  for (;;) {
    await sleep(intervalMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
    if (pulse.silentFor() < LOOK_AFTER_MS) {
      told = false;
      continue;
    }
    if (!told) io.stderr.write('the stack does not answer: looking whether it is elsewhere\n');
    told = true;
    const found = await findAgain().catch((error: unknown) => error);
    if (signal.aborted) return undefined;
    if (isTarget(found) && found.outputs.ApiUrl !== target.outputs.ApiUrl) return found;
    const notThere = found instanceof HiveError && found.code === 'STACK_NOT_FOUND';
    if (pulse.silentFor() >= GONE_AFTER_MS && (target.kind === 'local' || notThere)) throw gone(watch);
  }
}

const isTarget = (found: unknown): found is Target => typeof found === 'object' && found !== null && 'outputs' in found;

function gone({ target, pulse }: StackWatch): HiveError {
  const silent = duration(pulse.silentFor());
  return refuse(
    'STACK_GONE',
    `the stack NeuralHive-${target.stage} is gone: its API has not answered for ${silent} (${pulse.lastFailure()})`,
    { try: `hive up${target.flags}, then start the agent again`, detail: { api_url: target.outputs.ApiUrl } },
  );
}
