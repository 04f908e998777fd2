/**
 * The pool queue, as SQS FIFO and its event source are: a group's messages in order, one batch of a group under way at a
 * time, what failed delivered again before anything behind it, now and then something twice.
 */
import type { Rounds } from '../../core/ports/rounds.ts';
import type { PoolMessage, Queued, Scheduled } from '../../core/schedule/schedule-tickets.ts';
import type { Faults } from './faults.ts';
import type { Outcome, Processes } from './processes.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

interface Group {
  readonly messages: Queued[];
  busy: boolean;
}

export interface PoolQueue {
  send(group: string, message: PoolMessage): void;
  readonly rounds: Rounds;
  /** messages that nobody has taken care of */
  readonly waiting: number;
}

/** FIFO queues know a message again for five minutes. */
const DEDUPLICATED_MS = 300_000;
/** Hidden after a crash; a batch that tells what failed has it delivered sooner. */
const HIDDEN_MS = 30_000;
const SOON_MS = [200, 5000] as const;
const LATE_MS = [1000, 20_000] as const;
const MAX_BATCH = 10;

export function createPoolQueue(deps: {
  scheduler: Scheduler;
  processes: Processes;
  faults: Faults;
  random: Random;
}): PoolQueue {
  const { scheduler, processes, faults, random } = deps;
  const groups = new Map<string, Group>();
  const known = new Map<string, number>();
  let ids = 0;
  let waiting = 0;

  function send(name: string, message: PoolMessage): void {
    const group = groups.get(name) ?? { messages: [], busy: false };
    groups.set(name, group);
    group.messages.push({ id: String(++ids), group: name, message });
    waiting++;
    const late = faults.happens('late') ? random.between(...LATE_MS) : 0;
    scheduler.after(late, () => deliver(group));
  }

  function deliver(group: Group): void {
    if (group.busy || group.messages.length === 0) return;
    group.busy = true;
    const batch = group.messages.slice(0, random.between(1, MAX_BATCH));
    processes.start(
      'schedule-tickets',
      ({ scheduleTickets }) => scheduleTickets(batch),
      (outcome) => settle(group, batch, outcome),
    );
  }

  function settle(group: Group, batch: readonly Queued[], outcome: Outcome<Scheduled>): void {
    const all = outcome.kind !== 'answered' || faults.happens('duplicated');
    const again = new Set((outcome.kind === 'answered' && !all ? outcome.value.failed : batch).map(({ id }) => id));
    const done = new Set(batch.filter(({ id }) => !again.has(id)).map(({ id }) => id));
    waiting -= done.size;
    group.messages.splice(0, group.messages.length, ...group.messages.filter(({ id }) => !done.has(id)));
    const hidden = again.size === 0 ? 0 : outcome.kind === 'answered' ? random.between(...SOON_MS) : HIDDEN_MS;
    scheduler.after(hidden, () => {
      group.busy = false;
      deliver(group);
    });
  }

  return {
    send,
    get waiting() {
      return waiting;
    },
    rounds: {
      async request(pool, reason, once) {
        const key = `${pool} ${once}`;
        const last = known.get(key);
        if (last !== undefined && scheduler.now() - last < DEDUPLICATED_MS) return;
        known.set(key, scheduler.now());
        send(pool, { kind: 'round', pool, reason });
      },
    },
  };
}
