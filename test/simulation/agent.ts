/**
 * An agent as the orchestrator meets it: it registers, gives signs of life, takes up what it hears of, works and reports.
 * Most are honest. Some die in the middle and may come back and report as if nothing had been, some go silent, hang,
 * dawdle, lie or leave.
 */
import type { Assignment, Fence, InboxMessage } from '../../core/messages/agent-api.ts';
import { agentRegistration } from '../../core/messages/agent-api.ts';
import { claimId, reportOf } from '../support/hive.ts';
import { isRefusal } from './bus.ts';
import { AGENT_FAULTS, type Faults } from './faults.ts';
import type { Witness } from './invariants/witness.ts';
import type { Functions, Outcome, Processes } from './processes.ts';
import type { Random } from './random.ts';
import { type AgentScript, type Work, workKey } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';

interface Attempt {
  readonly assignment: Assignment;
  readonly fence: Fence;
  /** it is sure that it holds the ticket */
  claimed: boolean;
  /** the orchestrator has said that it does not (any more) */
  stopped: boolean;
}

export interface Agent {
  receive(message: InboxMessage): void;
  /** It is not there any more, and neither is what it did. */
  vanish(): void;
}

export interface AgentDeps {
  readonly scheduler: Scheduler;
  readonly processes: Processes;
  readonly faults: Faults;
  readonly random: Random;
  readonly witness: Witness;
  workOn(key: string): Work;
}

const AGAIN_MS = [500, 4000] as const;
const TRIES = 6;
const SILENT_MS = [12_000, 60_000] as const;
const DEAD_MS = [10_000, 90_000] as const;
const LATER = 40;

export function createAgent(script: AgentScript, deps: AgentDeps): Agent {
  const { scheduler, processes, faults, random, witness, workOn } = deps;
  const { agent_id, kind, heartbeat_interval_ms } = script;
  const registration = agentRegistration.parse({
    agent_id,
    kind,
    capabilities: script.capabilities,
    capacity: script.capacity,
    heartbeat_interval_ms,
  });
  const attempts = new Map<string, Attempt>();
  /** rises each time the agent's process ends: what an earlier one had under way is gone */
  let life = 0;
  let quietUntil = 0;
  let leaving = false;

  /** A call of the API. An answer may get lost on its way back. */
  function call<T>(name: string, run: (functions: Functions) => Promise<T>, then: (outcome: Outcome<T>) => void): void {
    const mine = life;
    processes.start(name, run, (outcome) => {
      const heard: Outcome<T> = faults.happens('lost') ? { kind: 'crashed' } : outcome;
      scheduler.after(random.below(50), () => {
        if (mine === life) then(heard);
      });
    });
  }
  const again = (run: () => void, ms = random.between(...AGAIN_MS)): void => {
    const mine = life;
    scheduler.after(ms, () => {
      if (mine === life) run();
    });
  };

  function register(): void {
    leaving = false;
    call(
      'register-agent',
      ({ registerAgent }) => registerAgent(registration),
      ({ kind }) => {
        if (kind !== 'answered') again(register);
      },
    );
  }

  function beat(): void {
    again(beat, heartbeat_interval_ms);
    if (scheduler.now() < quietUntil) return;
    if (kind === 'human') look();
    else live();
  }

  function live(): void {
    const at = scheduler.now();
    const running = [...attempts.values()]
      .filter(({ claimed }) => claimed)
      .map(({ assignment: { ticket_id, attempt }, fence: { claim_id } }) => ({ ticket_id, attempt, claim_id }));
    call(
      'heartbeat-agent',
      ({ heartbeatAgent }) => heartbeatAgent(agent_id, { running }),
      (outcome) => {
        if (outcome.kind === 'failed' && isRefusal(outcome.error) && !leaving) return register();
        if (outcome.kind !== 'answered') return;
        const stopped = outcome.value.stop;
        for (const { ticket_id, attempt } of running)
          if (!stopped.some((other) => other.ticket_id === ticket_id && other.attempt === attempt))
            witness.renews(ticket_id, attempt, at, scheduler.now());
        for (const { ticket_id, attempt } of stopped) stop(ticket_id, attempt);
        if (leaving && outcome.value.assignments.length === 0) return leave();
        for (const assignment of outcome.value.assignments) takeUp(assignment);
      },
    );
  }

  /** A person's way to hear of what is theirs, and of what is not any more. */
  function look(): void {
    call(
      'read-inbox',
      ({ readInbox }) => readInbox(agent_id),
      (outcome) => {
        if (outcome.kind === 'failed' && isRefusal(outcome.error) && !leaving) return register();
        if (outcome.kind !== 'answered') return;
        const { items } = outcome.value;
        const theirs = new Set(items.map(({ ticket, attempt }) => keyOf(ticket.ticket_id, attempt)));
        for (const [key, { claimed, assignment }] of attempts)
          if (claimed && !theirs.has(key)) stop(assignment.ticket_id, assignment.attempt);
        if (leaving && items.length === 0) return leave();
        for (const { ticket, attempt, phase } of items) {
          const { ticket_id, plan_id, task_id } = ticket;
          if (phase === 'assigned') takeUp({ kind: 'ticket_assigned', agent_id, ticket_id, plan_id, task_id, attempt });
        }
      },
    );
  }

  /** Told again until it is answered, like a report. */
  function handBack(mine: Attempt, tries: number): void {
    const { ticket_id, attempt } = mine.assignment;
    const claim = mine.claimed ? { claim_id: mine.fence.claim_id } : {};
    witness.handsBack(ticket_id, mine.fence);
    call(
      'hand-back-ticket',
      ({ handBackTicket }) => handBackTicket(ticket_id, { agent_id, attempt, ...claim, why: 'drawn' }),
      (outcome) => {
        const refused = outcome.kind === 'failed' && isRefusal(outcome.error);
        if (outcome.kind === 'answered' || refused || tries === 0) attempts.delete(keyOf(ticket_id, attempt));
        else again(() => handBack(mine, tries - 1));
      },
    );
  }

  const keyOf = (ticketId: string, attempt: number): string => `${ticketId} ${attempt}`;

  function stop(ticketId: string, attempt: number): void {
    const mine = attempts.get(keyOf(ticketId, attempt));
    if (mine !== undefined) mine.stopped = true;
    attempts.delete(keyOf(ticketId, attempt));
  }

  function takeUp(assignment: Assignment): void {
    const { ticket_id, attempt } = assignment;
    const key = keyOf(ticket_id, attempt);
    if (attempts.has(key) || scheduler.now() < quietUntil) return;
    const fence = { agent_id, attempt, claim_id: claimId(`${agent_id} ${ticket_id} ${attempt} ${random.below(1e9)}`) };
    const mine: Attempt = { assignment, fence, claimed: false, stopped: false };
    attempts.set(key, mine);
    if (kind === 'human' && random.chance(0.1)) handBack(mine, TRIES);
    else claim(mine, TRIES);
  }

  function claim(mine: Attempt, tries: number): void {
    const { ticket_id, attempt } = mine.assignment;
    witness.claims(ticket_id, mine.fence);
    call(
      'claim-ticket',
      ({ claimTicket }) => claimTicket(ticket_id, mine.fence),
      (outcome) => {
        if (mine.stopped) return;
        if (outcome.kind === 'answered') {
          mine.claimed = true;
          return begin(mine);
        }
        const refused = outcome.kind === 'failed' && isRefusal(outcome.error);
        if (refused || tries === 0) attempts.delete(keyOf(ticket_id, attempt));
        else again(() => claim(mine, tries - 1));
      },
    );
  }

  /** What comes of the attempt is decided here: the work's own way, or one of those in which agents go wrong. */
  function begin(mine: Attempt) {
    const { plan_id, task_id } = mine.assignment;
    const work = workOn(workKey(plan_id, task_id));
    if (kind === 'human' && random.chance(0.15)) return again(() => handBack(mine, TRIES), random.below(work.takes_ms));
    const done = (): void => report(mine, work, TRIES);
    switch (faults.draw(AGENT_FAULTS)) {
      case 'hangs':
        return;
      case 'dawdles':
        return again(done, work.takes_ms * LATER);
      case 'dies':
        again(() => die(mine, work), random.below(work.takes_ms));
        return again(done, work.takes_ms);
      case 'silent':
        quietUntil = scheduler.now() + random.between(...SILENT_MS);
        return again(done, random.between(0, 2) * work.takes_ms);
      case 'lies':
        lie(mine, work);
        return again(done, work.takes_ms);
      case 'leaves':
        again(leave, random.below(work.takes_ms));
        return again(done, work.takes_ms);
      default:
        return again(done, work.takes_ms);
    }
  }

  /** It ends with all it had under way, perhaps for good. Whoever starts it again knows nothing of that, or is a ghost that does. */
  function die(mine: Attempt, work: Work): void {
    const [ghost, forGood] = [random.chance(0.5), random.chance(0.3)];
    life++;
    attempts.clear();
    if (forGood) return;
    again(
      () => {
        if (ghost) report(mine, work, 1);
        register();
        beat();
      },
      random.between(...DEAD_MS),
    );
  }

  function leave(): void {
    leaving = true;
    call(
      'remove-agent',
      ({ removeAgent }) => removeAgent(agent_id),
      (outcome) => {
        if (outcome.kind !== 'answered') again(leave);
        else if (outcome.value.status === 'removed') again(register, random.between(...DEAD_MS));
      },
    );
  }

  function resultOf(mine: Attempt, work: Work, fence: Fence, contrary = false) {
    const { ticket_id, plan_id, task_id } = mine.assignment;
    const fails = work.fails > 0 !== contrary;
    const mark = witness.reports(ticket_id, fence, `${plan_id}/${task_id}`, work.retryable);
    return reportOf(
      ticket_id,
      fence,
      fails
        ? { status: 'FAILED', error_message: mark, error: { code: 'DRAWN', retryable: work.retryable } }
        : { result: { success: true, output: { mark } } },
    );
  }

  function report(mine: Attempt, work: Work, tries: number, result = resultOf(mine, work, mine.fence)): void {
    const { ticket_id, attempt } = mine.assignment;
    if (mine.stopped && random.chance(0.5)) return;
    call(
      'report-ticket',
      ({ reportTicket }) => reportTicket(ticket_id, result),
      (outcome) => {
        const refused = outcome.kind === 'failed' && isRefusal(outcome.error);
        if (outcome.kind === 'answered' || refused || tries === 0) attempts.delete(keyOf(ticket_id, attempt));
        else again(() => report(mine, work, tries - 1, result));
      },
    );
  }

  /** Says something about the ticket that is not so: of another attempt, under another claim, or the contrary as well. */
  function lie(mine: Attempt, work: Work): void {
    const { ticket_id } = mine.assignment;
    const { attempt } = mine.fence;
    const fence = random.pick([
      mine.fence,
      { ...mine.fence, attempt: attempt + 1 },
      { ...mine.fence, attempt: Math.max(1, attempt - 1), claim_id: claimId(`somebody else ${random.below(1e9)}`) },
      { ...mine.fence, claim_id: claimId(`another claim ${random.below(1e9)}`) },
      { ...mine.fence, agent_id: 'agent-1' },
    ]);
    const said = resultOf(mine, work, fence, true);
    again(
      () =>
        call(
          'report-ticket',
          ({ reportTicket }) => reportTicket(ticket_id, said),
          () => {},
        ),
      random.below(2 * work.takes_ms),
    );
    if (random.chance(0.3)) claim({ ...mine, fence, stopped: true }, 0);
  }

  scheduler.after(script.comes_at_ms, () => {
    register();
    beat();
  });

  return {
    receive(message) {
      if (scheduler.now() < quietUntil) return;
      if (message.kind === 'ticket_assigned') takeUp(message);
      else if (message.kind === 'ticket_withdrawn') stop(message.ticket_id, message.attempt);
    },
    vanish() {
      life++;
      attempts.clear();
    },
  };
}
