/** Agents as the SDK makes them: they register, live, take assignments from their inbox, claim, work, report. */
import { type Assignment, type ClaimAnswer, TOKEN_HEADER } from '../../core/messages/agent-api.ts';
import { ACCESS_LOG_BYTES, AGENT_ROUND_TRIP_MS, LOG_LINE_OVERHEAD_BYTES, LONG_POLL_MS } from './assumptions.ts';
import type { Functions } from './cloud/functions.ts';
import { nameIn, type Sqs } from './cloud/sqs.ts';
import type { Meter } from './meter.ts';
import type { SimulatedTime } from './simulated-time.ts';

const MESSAGES_PER_RECEIVE = 10;

export interface AgentsDeps {
  readonly functions: Functions;
  readonly sqs: Sqs;
  readonly meter: Meter;
  readonly time: SimulatedTime;
}

export interface AgentsOptions {
  readonly count: number;
  readonly slots: number;
}

/** A ticket in a slot; its claim from the answer to the claim until the report. */
interface Running {
  readonly claim?: { readonly ticket_id: string; readonly attempt: number; readonly claim_id: string };
}

/** All agents run with one role, as those of one service do. */
const CALLER = 'arn:aws:sts::123456789012:assumed-role/agents/run';

/** Resolves when all have registered. */
export async function startAgents({ count, slots }: AgentsOptions, deps: AgentsDeps): Promise<void> {
  for (let number = 1; number <= count; number++)
    await startAgent(`agent-${number.toString(16).padStart(12, '0')}`, slots, number / count, deps);
}

/** @param phase 0 to 1: agents do not beat in step */
async function startAgent(agent_id: string, capacity: number, phase: number, deps: AgentsDeps): Promise<void> {
  const { functions, sqs, meter, time } = deps;

  async function call<Answer>(
    name: string,
    id: string,
    body: unknown,
    token?: string,
  ): Promise<{ answer: Answer; until: number }> {
    meter.by(name, () => {
      meter.charge({ request: 'call', price: 'api_gateway_rest', units: 1 });
      const bytes = ACCESS_LOG_BYTES + LOG_LINE_OVERHEAD_BYTES;
      meter.charge({ request: 'access log', price: 'logs_gb', units: bytes / 1e9, requests: 0 });
    });
    const event = {
      pathParameters: { agent_id: id, ticket_id: id },
      body: JSON.stringify(body),
      headers: token === undefined ? {} : { [TOKEN_HEADER]: token },
      requestContext: { identity: { userArn: CALLER, sourceIp: '192.0.2.1' } },
    };
    const { answer, until } = await functions.invoke(name, event);
    const { statusCode, body: text } = answer as { statusCode: number; body: string };
    if (statusCode !== 200) throw new Error(`${name} answered ${statusCode}: ${text}`);
    return { answer: JSON.parse(text) as Answer, until };
  }

  const registration = { agent_id, capabilities: ['replay'], capacity, ephemeral: true };
  const { answer: registered } = await call<{ inbox_url: string; heartbeat_interval_ms: number }>(
    'register-agent',
    agent_id,
    registration,
  );
  const inbox = sqs.queue(nameIn(registered.inbox_url));
  const running = new Map<string, Running>();
  const free = (): number => capacity - running.size;

  const every = (ms: number, first: number, act: () => unknown): void => {
    const again = async (): Promise<void> => {
      await act();
      time.inBackground(time.now() + ms, again);
    };
    time.inBackground(first, again);
  };
  const beat = registered.heartbeat_interval_ms;
  // One call keeps the leases of all that the agent has claimed.
  every(beat, time.now() + phase * beat, () => {
    const claimed = [...running.values()].flatMap(({ claim }) => (claim === undefined ? [] : [claim]));
    return call('heartbeat-agent', agent_id, { running: claimed });
  });
  every(LONG_POLL_MS, time.now() + phase * LONG_POLL_MS, () => {
    if (free() > 0)
      meter.by('agents waiting', () =>
        meter.charge({ request: 'ReceiveMessage of nothing', price: 'sqs_standard', units: 1 }),
      );
  });

  async function work({ ticket_id, attempt }: Assignment): Promise<void> {
    const fence = { agent_id, attempt, claim_id: `claim-of-128-bits-${ticket_id.slice(0, 8)}` };
    const { answer, until } = await call<ClaimAnswer>('claim-ticket', ticket_id, fence);
    const { ticket } = answer;
    running.set(ticket_id, { claim: { ticket_id, attempt, claim_id: fence.claim_id } });
    const recorded = Number(ticket.metadata.recorded_runtime_ms);
    const spent = Math.max(1, Math.round(recorded * Number(ticket.metadata.scale ?? 1)));
    time.at(until + AGENT_ROUND_TRIP_MS + spent, async () => {
      running.set(ticket_id, {});
      // What the replay agent reports.
      const output = { replayed: 'true', recorded_runtime_ms: `${recorded}`, scale: '1', spent_ms: `${spent}` };
      const told = { success: true, output, metadata: {}, logs: [`replaying ${recorded} ms × 1`] };
      const result = { ticket_id, status: 'COMPLETED', result: told, actual_duration_ms: spent };
      const body = {
        attempt,
        claim_id: fence.claim_id,
        result: { ...result, agent_id, timestamp: time.now(), schema_version: 1 },
      };
      const reported = await call('report-ticket', ticket_id, body, answer.token);
      time.at(reported.until, () => {
        running.delete(ticket_id);
        receive();
      });
    });
  }

  function receive(): void {
    while (free() > 0 && inbox.messages.length > 0) {
      const batch = inbox.messages.splice(0, Math.min(MESSAGES_PER_RECEIVE, free()));
      meter.by('agents', () => {
        meter.charge({ request: 'ReceiveMessage inbox', price: 'sqs_standard', units: 1 });
        for (const _ of batch) meter.charge({ request: 'DeleteMessage inbox', price: 'sqs_standard', units: 1 });
      });
      for (const { body } of batch) {
        const assignment = JSON.parse(body) as Assignment;
        if (assignment.kind !== 'ticket_assigned') continue;
        running.set(assignment.ticket_id, {});
        time.at(time.now() + AGENT_ROUND_TRIP_MS, () => work(assignment));
      }
    }
  }
  inbox.onMessage = receive;
}
