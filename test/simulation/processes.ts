/**
 * Processes: each call of a function is one, and may die between any two calls of a port, before or after the call took
 * effect. As in Lambda, a process lives in a container that runs one call at a time, remembers what it knows between them,
 * and is not used again once something went wrong in it.
 */
import { HiveError } from '../../core/errors.ts';
import { type Ports, wireFunctions } from '../support/hive.ts';
import { CALL_FAULTS, COMMIT_FAULTS, type Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

export type Functions = ReturnType<typeof wireFunctions>;

export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'crashed' };

export interface Processes {
  /** Starts a call; `ended` hears of it once. */
  start<T>(name: string, run: (functions: Functions) => Promise<T>, ended: (outcome: Outcome<T>) => void): void;
  /** calls that have not ended */
  readonly running: number;
}

interface Process {
  readonly name: string;
  readonly number: number;
  dead: boolean;
}

interface Container {
  process: Process | undefined;
  functions: Functions;
}

/** What a store or a service throws when it does not do as asked: nothing that a core could expect. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';
}

export interface ProcessesDeps {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly random: Random;
  readonly trace: Trace;
  /** what is really there */
  readonly ports: Omit<Ports, 'clock'>;
  /** how long a call of a port takes, ms */
  readonly latency: () => number;
  /** a method of a port before which processes die more often */
  readonly weakSpot: string;
}

const PORTS = ['ledger', 'queue', 'agents', 'machines', 'rounds', 'inboxes', 'timers'] as const;
/** How long a call takes that is slow, ms. */
const SLOW_MS = [500, 5000] as const;
/** What a process had sent off before it died happens all the same, this often. */
const SENT_OFF = 0.5;

export function createProcesses(deps: ProcessesDeps): Processes {
  const { scheduler, faults, random, trace, ports, latency, weakSpot } = deps;
  const idle: Container[] = [];
  let number = 0;
  let running = 0;

  function wrap<Port extends object>(port: Port, portName: string, container: Container, died: (p: Process) => void) {
    const wrapped: Record<string, unknown> = {};
    for (const [method, member] of Object.entries(port)) {
      if (typeof member !== 'function') continue;
      const name = `${portName}.${method}`;
      const kinds = name === 'ledger.commit' ? COMMIT_FAULTS : CALL_FAULTS;
      wrapped[method] = (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          const process = container.process as Process;
          const effect = (): Promise<unknown> => (member as (...args: unknown[]) => Promise<unknown>)(...args);
          const go = () => {
            if (process.dead) {
              if (random.chance(SENT_OFF)) effect().catch(() => {});
              return;
            }
            const weak = name === weakSpot && faults.happens('crash_at_weak_spot');
            const fault = weak ? 'crash_before' : faults.draw(kinds);
            trace.note(scheduler.now(), name, () => `${process.name}#${process.number} ${fault ?? ''} ${told(args)}`);
            switch (fault) {
              case 'crash_before':
                return died(process);
              case 'crash_after':
                effect().catch(() => {});
                return died(process);
              case 'throttled':
                return reject(new ServiceFault(`${name} was throttled`));
              case 'timed_out':
                effect().catch(() => {});
                return reject(new ServiceFault(`${name} did not answer in time`));
              case 'conflict':
                return reject(conflict());
              case 'slow':
                scheduler.after(random.between(...SLOW_MS), () => void effect().then(resolve, reject));
                return;
            }
            effect().then(resolve, reject);
          };
          scheduler.after(latency(), go);
        });
    }
    return wrapped as Port;
  }

  function createContainer(died: (process: Process) => void): Container {
    const container = { process: undefined } as unknown as Container;
    const seen = Object.fromEntries(PORTS.map((name) => [name, wrap(ports[name], name, container, died)]));
    const clock = {
      now: scheduler.now,
      sleep: (ms: number) =>
        new Promise<void>((resolve) => {
          const process = container.process as Process;
          scheduler.after(ms, () => {
            if (!process.dead) resolve();
          });
        }),
      random: random.next,
    };
    container.functions = wireFunctions({ ...ports, ...seen, clock } as Ports);
    return container;
  }

  /** by process, what is to be told when it dies */
  const ends = new Map<Process, () => void>();
  const died = (process: Process): void => ends.get(process)?.();

  return {
    get running() {
      return running;
    },
    start(name, run, ended) {
      const container = idle.pop() ?? createContainer(died);
      const process: Process = { name, number: ++number, dead: false };
      container.process = process;
      running++;
      const end = (tell: () => void): void => {
        if (!ends.delete(process)) return;
        running--;
        tell();
      };
      ends.set(process, () => {
        process.dead = true;
        trace.note(scheduler.now(), 'crashed', () => `${name}#${process.number}`);
        end(() => ended({ kind: 'crashed' }));
      });
      run(container.functions).then(
        (value) =>
          end(() => {
            idle.push(container);
            ended({ kind: 'answered', value });
          }),
        (error: unknown) =>
          end(() => {
            trace.note(scheduler.now(), 'failed', () => `${name}#${process.number} ${String(error)}`);
            // Frozen with what it had under way, which may go on or not.
            process.dead = random.chance(0.5);
            ended({ kind: 'failed', error });
          }),
      );
    },
  };
}

const conflict = (): HiveError =>
  new HiveError('COMMIT_CONFLICT', 'another transaction is under way', { status: 503, detail: { failed: [] } });

function told(args: readonly unknown[]): string {
  const text = JSON.stringify(args, (name, value: unknown) =>
    name === 'spec' || name === 'ir' || name === 'explanation' || name === 'subject'
      ? '…'
      : typeof value === 'bigint'
        ? String(value)
        : value,
  );
  return text.length > 900 ? `${text.slice(0, 900)}…` : text;
}
