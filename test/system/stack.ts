/** The deployed stack as a test sees it: what it was told by the global set-up, and clients for it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createDynamoAgentRegistry } from '../../adapters/dynamodb/agent-registry.ts';
import { createDynamoLedger } from '../../adapters/dynamodb/ledger.ts';
import { createTable, queryPartition } from '../../adapters/dynamodb/table.ts';
import { createApiClient } from '../../agents/sdk/api-client.ts';
import { connect } from '../../agents/sdk/connect.ts';
import { HiveError } from '../../core/errors.ts';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { isPlanEnded, type PlanState } from '../../core/plan/state.ts';
import type { TicketState } from '../../core/ticket/state.ts';

const told = process.env.HIVE_TEST_OUTPUTS;
if (told === undefined) throw new Error('run with the project "system": its global set-up deploys the stack');
export const outputs = JSON.parse(told) as Record<
  | 'LedgerTable'
  | 'EventBusName'
  | 'PoolQueueUrl'
  | 'ApiUrl'
  | 'EnrolledAgentsApiUrl'
  | 'MonitoringApiUrl'
  | 'PlanMachinePrefix'
  | 'Region'
  | 'KeysUrl'
  | 'TokenKeyArn'
  | 'TransformAgentId',
  string
>;

export const table = createTable(outputs.LedgerTable);
export const ledger = createDynamoLedger(table);
export const agents = createDynamoAgentRegistry(table);
export const sfn = new SFNClient({});
export const { inbox } = connect({ apiUrl: outputs.ApiUrl, region: outputs.Region });
export const api = createApiClient({ baseUrl: outputs.ApiUrl, region: outputs.Region, fetch: fetchAgain });
const events = new EventBridgeClient({});
const sqs = new SQSClient({});

/** What it is refused with, or `no error`. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: unknown) => (error instanceof HiveError ? error.code : String(error)),
  );

/** One test kills functions while the others run: what was in the middle of a call is asked again, as agents ask. */
export async function fetchAgain(...[url, options]: Parameters<typeof fetch>): Promise<Response> {
  for (let tries = 5; ; tries--) {
    const response = await fetch(url, options);
    if (response.status !== 502 || tries === 0) return response;
    await sleep(500);
  }
}

export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;

export async function putPlan(detail: unknown): Promise<void> {
  const entry = {
    EventBusName: outputs.EventBusName,
    Source: 'test.producer',
    DetailType: 'CognitivePlanApproved',
    Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
  };
  const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount !== 0) throw new Error('the bus did not take the event');
}

/** Asks until the answer is not undefined. @throws when it still is after `seconds`, telling what was waited for */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 90): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await sleep(200);
  }
}

export const planEnd = (planId: string, seconds = 120): Promise<PlanState> =>
  eventually(
    `the end of plan ${planId}`,
    async () => {
      const plan = await ledger.loadPlan(planId);
      return plan && isPlanEnded(plan.state) ? plan.state : undefined;
    },
    seconds,
  );

export const planInPhase = (planId: string, phase: PlanState['phase'], seconds = 90): Promise<PlanState> =>
  eventually(
    `plan ${planId} to be ${phase}`,
    async () => {
      const state = await ledger.loadPlanState(planId);
      return state?.phase === phase ? state : undefined;
    },
    seconds,
  );

export async function ticketsOf(planId: string): Promise<Map<string, TicketState>> {
  const states = await ledger.loadTicketStates(await ledger.ticketIdsOfPlan(planId));
  return new Map(states.map((state) => [state.task_id, state]));
}

export const ticketInPhase = (planId: string, taskId: string, phase: TicketState['phase']): Promise<TicketState> =>
  eventually(`${taskId} to be ${phase}`, async () => {
    const state = (await ticketsOf(planId)).get(taskId);
    return state?.phase === phase ? state : undefined;
  });

/** An aggregate's events as they lie in the table. */
export async function historyOf(aggregate: string): Promise<Recorded[]> {
  const items = await queryPartition(table, aggregate);
  return items.filter(({ kind }) => kind === 'event').map(({ record }) => record as Recorded);
}

export interface Heard {
  readonly type: string;
  readonly detail: Record<string, unknown>;
}

/** Hears everything the orchestrator publishes from now on. */
export async function listen(): Promise<{ heard: () => Promise<Heard[]> }> {
  const name = unique('listener');
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const EventBusName = outputs.EventBusName;
  const EventPattern = JSON.stringify({ source: ['neural-hive.orchestrator'] });
  await events.send(new PutRuleCommand({ Name: name, EventBusName, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn ?? '' }];
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
  const all: Heard[] = [];
  return {
    async heard() {
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        if (Messages.length === 0) return all;
        for (const { Body = '{}' } of Messages) {
          const event = JSON.parse(Body) as { 'detail-type': string; detail: Record<string, unknown> };
          all.push({ type: event['detail-type'], detail: event.detail });
        }
        const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
  };
}

/** A plan of small tasks: `{ a: [], b: ['a'] }` says b depends on a. */
export function planOf(
  planId: string,
  dependencies: Readonly<Record<string, readonly string[]>>,
  capability: string,
  more: Partial<CognitivePlanInput> = {},
): CognitivePlanInput {
  return {
    plan_id: planId,
    version: '1.0.0',
    intent_id: `intent-${planId}`,
    correlation_id: null,
    tasks: Object.entries(dependencies).map(([task_id, before]) => ({
      task_id,
      task_type: 'query',
      description: `task ${task_id}`,
      dependencies: [...before],
      estimated_duration_ms: 1000,
      required_capabilities: [capability],
      parameters: {},
      metadata: {},
    })),
    execution_order: Object.keys(dependencies),
    risk_score: 0.1,
    risk_band: 'low',
    risk_factors: {},
    explainability_token: 'token',
    reasoning_summary: 'a plan of a test',
    status: 'approved',
    created_at: Date.now(),
    valid_until: null,
    complexity_score: 0.2,
    original_domain: 'TECHNICAL',
    original_priority: 'normal',
    original_security_level: 'internal',
    metadata: {},
    schema_version: 1,
    ...more,
  };
}
