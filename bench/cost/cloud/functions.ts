/** The deployed functions: their own handlers run here, and each call is charged as Lambda bills it. */
import {
  DURATION_MS,
  LOG_LINE_OVERHEAD_BYTES,
  OTHER_DURATION_MS,
  PLATFORM_LOG_BYTES,
  PLATFORM_LOG_LINES,
} from '../assumptions.ts';
import type { Meter } from '../meter.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { DeployedStack } from '../stack.ts';
import { gbSeconds } from '../units.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

export interface Functions {
  /** @returns what the handler answers, and when (epoch ms) */
  invoke(name: string, event: unknown, records?: number): Promise<{ answer: unknown; until: number }>;
  /** When what is being done now has been done: effects of a call show at its end. */
  until(): number;
}

export function createFunctions(stack: DeployedStack, meter: Meter, time: SimulatedTime): Functions {
  const handlers = new Map<string, Promise<Handler>>();
  let until = 0;
  let calls = 0;

  function handlerOf(name: string): Promise<Handler> {
    const deployed = stack.functions.get(name);
    if (deployed === undefined) throw new Error(`no function ${name} in the stack`);
    const loaded = handlers.get(name) ?? load(name, deployed.environment);
    handlers.set(name, loaded);
    return loaded;
  }

  return {
    until: () => Math.max(until, time.now()),
    async invoke(name, event, records = 1) {
      const handler = await handlerOf(name);
      const { base, per_record } = DURATION_MS[name] ?? OTHER_DURATION_MS;
      const duration = base + per_record * records;
      const context = {
        functionName: `hive-prod-${name}`,
        memoryLimitInMB: String(stack.functions.get(name)?.memoryMb),
        functionVersion: '$LATEST',
        invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:hive-prod-${name}`,
        awsRequestId: `00000000-0000-4000-8000-${String(++calls).padStart(12, '0')}`,
      };
      until = time.now() + duration;
      const ends = until;
      return meter.as(name, async () => {
        const { answer, bytes, lines } = await listening(() => handler(event, context));
        const { memoryMb: memory = 0, logsCalls = true, traced = 1 } = stack.functions.get(name) ?? {};
        const charge = (request: string, price: Parameters<Meter['charge']>[0]['price'], units: number, requests = 0) =>
          meter.charge({ request, price, units, requests });
        charge('Invoke', 'lambda_request', 1, 1);
        charge('Invoke', 'lambda_gb_second', gbSeconds(memory, duration));
        if (logsCalls)
          charge('platform log', 'logs_gb', (PLATFORM_LOG_BYTES + PLATFORM_LOG_LINES * LOG_LINE_OVERHEAD_BYTES) / 1e9);
        charge('own log', 'logs_gb', (bytes + lines * LOG_LINE_OVERHEAD_BYTES) / 1e9);
        charge('trace', 'xray_trace', traced);
        return { answer, until: ends };
      });
    },
  };
}

async function load(name: string, environment: Readonly<Record<string, string>>): Promise<Handler> {
  // Read when the module is loaded, as in a fresh process.
  Object.assign(process.env, environment, {
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  const module = (await import(`../../../lambdas/${name}/handler.ts`)) as { handler: Handler };
  return module.handler;
}

/** What goes to standard output meanwhile is log, and is counted instead of shown. */
async function listening(work: () => Promise<unknown>) {
  const { stdout } = process;
  const { write } = stdout;
  let bytes = 0;
  let lines = 0;
  stdout.write = ((text: string | Uint8Array) => {
    bytes += Buffer.byteLength(text);
    lines++;
    return true;
  }) as typeof write;
  try {
    const answer = await work();
    return { answer, bytes, lines };
  } finally {
    stdout.write = write;
  }
}
