/** Whoever may press a button: operators, the producer that sends its plan again, and somebody in the console. */
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import type { Operations } from '../../core/operate/operations.ts';
import type { PlanState } from '../../core/plan/state.ts';
import { type AgentRecord, isQuarantined } from '../../core/swarm/agent.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import type { PlayedMachines } from '../support/played-machines.ts';
import { isRefusal } from './bus.ts';
import type { Faults } from './faults.ts';
import type { Witness } from './invariants/witness.ts';
import type { Processes } from './processes.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface PeopleDeps {
  readonly scheduler: Scheduler;
  readonly processes: Processes;
  readonly faults: Faults;
  readonly random: Random;
  readonly machines: Pick<PlayedMachines, 'stop' | 'forget'>;
  readonly witness: Witness;
  send(plan: CognitivePlanInput): void;
  /** what anybody can see */
  plans(): readonly PlanState[];
  tickets(): readonly TicketState[];
  agents(): readonly AgentRecord[];
}

type PlanVerb = 'pausePlan' | 'resumePlan' | 'cancelPlan' | 'redrivePlan' | 'approvePlan' | 'rejectPlan';
type TicketVerb = 'retryTicket' | 'skipTicket' | 'revokeToken';

const PLAN_VERBS: readonly PlanVerb[] = [
  'pausePlan',
  'pausePlan',
  'resumePlan',
  'cancelPlan',
  'redrivePlan',
  'approvePlan',
  'rejectPlan',
];
const TICKET_VERBS: readonly TicketVerb[] = ['retryTicket', 'retryTicket', 'skipTicket', 'revokeToken'];
type AgentVerb = 'quarantineAgent' | 'releaseAgent';
const AGENT_VERBS: readonly AgentVerb[] = ['quarantineAgent', 'releaseAgent'];
const BY = { by: 'operator', why: 'drawn' };
const AGAIN_MS = [1000, 20_000] as const;
const TRIES = 3;

export function createPeople(deps: PeopleDeps) {
  const { scheduler, processes, faults, random, machines, witness, send, plans, tickets, agents } = deps;

  /** An operator calls again when there was no answer; less often when nothing makes it necessary. */
  function press(name: string, run: (operations: Operations) => Promise<unknown>, tries = TRIES): void {
    processes.start(
      name,
      ({ operations }) => run(operations),
      (outcome) => {
        const refused = outcome.kind === 'failed' && isRefusal(outcome.error);
        if (outcome.kind === 'answered' || refused || tries === 0) return;
        if (random.chance(0.8)) scheduler.after(random.between(...AGAIN_MS), () => press(name, run, tries - 1));
      },
    );
  }

  function onPlan(verb: PlanVerb, planId: string): void {
    witness.presses(verb, planId);
    press(verb, (operations) => operations[verb](planId, BY));
  }

  function onTicket(verb: TicketVerb, { ticket_id, plan_id }: TicketState): void {
    witness.presses(verb, plan_id, ticket_id);
    press(verb, (operations) =>
      verb === 'skipTicket'
        ? operations.skipTicket(ticket_id, { ...BY, output: { skipped: 'yes' } })
        : operations[verb](ticket_id, BY),
    );
  }

  function onAgent(verb: AgentVerb, agentId: string): void {
    witness.presses(verb, agentId);
    press(verb, (operations) => operations[verb](agentId, BY));
  }

  /** Picks a plan's running execution, or any there ever was. */
  function execution(): string | undefined {
    const plan = plans().length === 0 ? undefined : random.pick(plans());
    return plan !== undefined && 'execution_arn' in plan ? plan.execution_arn : undefined;
  }

  return {
    /** A moment at which somebody may do something out of turn. */
    act(sent: readonly CognitivePlanInput[]): void {
      const kind = faults.draw(['operator', 'stopped_by_hand', 'deleted_by_hand']);
      const arn = kind === 'stopped_by_hand' || kind === 'deleted_by_hand' ? execution() : undefined;
      if (arn !== undefined) {
        witness.tampers(arn);
        if (kind === 'stopped_by_hand') machines.stop(arn);
        else machines.forget(arn);
      }
      if (kind !== 'operator' || plans().length === 0) return;
      const choice = random.below(10);
      if (choice === 0) {
        const plan = random.pick(sent);
        witness.presses('approvePlan', plan.plan_id);
        send({ ...plan, approval_status: 'approved', approved_by: 'boss' });
      } else if (choice < 5 && tickets().length > 0) onTicket(random.pick(TICKET_VERBS), random.pick(tickets()));
      else if (choice === 9 && agents().length > 0) onAgent(random.pick(AGENT_VERBS), random.pick(agents()).agent_id);
      else onPlan(random.pick(PLAN_VERBS), random.pick(plans()).plan_id);
    },

    /** What only waits for a person is seen to. */
    clearUp(): void {
      for (const agent of agents()) if (isQuarantined(agent)) onAgent('releaseAgent', agent.agent_id);
      for (const { plan_id, phase } of plans()) {
        if (phase === 'awaiting_approval') onPlan(random.chance(0.8) ? 'approvePlan' : 'rejectPlan', plan_id);
        else if (phase === 'paused') onPlan(random.chance(0.8) ? 'resumePlan' : 'cancelPlan', plan_id);
        else if (phase === 'halted') {
          const failed = tickets().filter((ticket) => ticket.plan_id === plan_id && ticket.phase === 'failed');
          const [first] = failed;
          if (first !== undefined && random.chance(0.3)) onTicket('skipTicket', first);
          onPlan(random.chance(0.75) ? 'redrivePlan' : 'cancelPlan', plan_id);
        }
      }
      for (const ticket of tickets())
        if (ticket.phase === 'awaiting_person') onTicket(random.chance(0.7) ? 'retryTicket' : 'skipTicket', ticket);
    },
  };
}
