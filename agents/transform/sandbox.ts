/**
 * Evaluates expressions in a worker thread without environment, with bounded memory, that is ended when it takes too
 * long. JSONata's guardrails count steps; a regular expression that backtracks for ever, or one string of a gigabyte,
 * is a single step, so only another thread can be stopped in it.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { EvaluationError, evaluate, LIMITS } from './evaluate.ts';

const ROLE = 'neural-hive/transform-sandbox';
const MEMORY_MB = 96;
/** Starting the thread is not the expression's time. */
const START_MS = 10_000;

interface Answer {
  result?: string;
  code?: EvaluationError['code'];
  message?: string;
}

/** The module is its own worker, so that a bundle stays one file. */
if (!isMainThread && workerData === ROLE) {
  const port = parentPort;
  port?.on('message', ({ expression, input }: { expression: string; input: string }) => {
    evaluate(expression, input).then(
      (result) => port.postMessage({ result } satisfies Answer),
      (error: EvaluationError) => port.postMessage({ code: error.code, message: error.message } satisfies Answer),
    );
  });
  port?.postMessage('ready');
}

export interface Sandbox {
  /** One at a time; see `evaluate` for what it answers and throws. */
  evaluate(expression: string, input: string): Promise<string>;
  close(): Promise<void>;
}

/** `module` is what a thread loads: the JavaScript that this very module was built into. */
export function createSandbox(module = new URL(import.meta.url), timeoutMs = LIMITS.timeoutMs + 500): Sandbox {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function evaluateNow(expression: string, input: string): Promise<string> {
    worker ??= await startWorker(module, () => {
      worker = undefined;
    });
    worker.postMessage({ expression, input });
    const answer = await answerOf(worker, timeoutMs);
    if (answer === undefined || answer.code === 'EXPRESSION_LIMIT') {
      await worker.terminate();
      worker = undefined;
    }
    if (answer?.result !== undefined) return answer.result;
    throw new EvaluationError(
      answer?.code ?? 'EXPRESSION_LIMIT',
      answer?.message ?? `the expression took over ${timeoutMs} ms or ${MEMORY_MB} MB`,
    );
  }
  return {
    evaluate(expression, input) {
      const turn = last.then(() => evaluateNow(expression, input));
      last = turn.catch(() => {});
      return turn;
    },
    async close() {
      await last;
      await worker?.terminate();
      worker = undefined;
    },
  };
}

async function startWorker(module: URL, onExit: () => void): Promise<Worker> {
  const worker = new Worker(module, {
    workerData: ROLE,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  worker.unref();
  worker.once('exit', onExit);
  worker.on('error', () => {}); // each wait hears of it; one that dies between two must not end the process
  const ready = await answerOf(worker, START_MS);
  if (ready === undefined) throw new Error('the sandbox thread did not start');
  return worker;
}

/** The thread's next message; undefined when it ended instead, or kept silent for `ms`. */
function answerOf(worker: Worker, ms: number): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const end = (answer?: Answer) => {
      clearTimeout(timer);
      worker.off('message', end).off('error', onEnd).off('exit', onEnd);
      resolve(answer);
    };
    const onEnd = () => end();
    const timer = setTimeout(onEnd, ms);
    worker.on('message', end).on('error', onEnd).on('exit', onEnd);
  });
}
