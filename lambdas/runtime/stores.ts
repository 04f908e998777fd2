/** The real adapters, wired as each function needs them. Clients live as long as the function's process. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createDynamoAgentRegistry } from '../../adapters/dynamodb/agent-registry.ts';
import { createDynamoLedger } from '../../adapters/dynamodb/ledger.ts';
import { createDynamoPlanReader } from '../../adapters/dynamodb/plan-reader.ts';
import { createDynamoReadyQueue } from '../../adapters/dynamodb/ready-queue.ts';
import { createDynamoSharesStore } from '../../adapters/dynamodb/shares.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createDynamoTrails } from '../../adapters/dynamodb/trails.ts';
import { createSqsInboxes } from '../../adapters/sqs/inboxes.ts';
import { createSqsRounds } from '../../adapters/sqs/rounds.ts';
import { createSqsTimers } from '../../adapters/sqs/timers.ts';
import { createSfnClient, createTaskAnswers } from '../../adapters/stepfunctions/plan-machines.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createOpenBreakers } from '../../core/guard/open-breakers.ts';
import { createBecomeReady } from '../../core/schedule/become-ready.ts';
import { createFreeCapacity } from '../../core/schedule/free-capacity.ts';
import { createStrategyInForce } from '../../core/schedule/strategy/in-force.ts';
import { createSettleTicket } from '../../core/ticket/settle.ts';
import { createWithdrawFromAgent } from '../../core/ticket/withdraw.ts';
import { createReadEstimates } from '../../core/trail/read-estimates.ts';

/** A queue's URL may come from an agent: it names the queue, it does not say which host to call. */
export const sqs = new SQSClient({ ...CLIENT_CONFIG, useQueueUrlAsEndpoint: false });

export function ledgerStores(ledgerTable: string) {
  const table = createTable(ledgerTable);
  return {
    ledger: createDynamoLedger(table),
    queue: createDynamoReadyQueue(table),
    agents: createDynamoAgentRegistry(table),
    clock: systemClock,
    sha256,
  };
}

/** What the scheduler decides by; what it has read of it lives as long as the process. */
export function decidingStores(ledgerTable: string) {
  const table = createTable(ledgerTable);
  const ledger = createDynamoLedger(table);
  const trails = createDynamoTrails(table);
  return {
    shares: createDynamoSharesStore(table),
    strategyInForce: createStrategyInForce({ ledger, clock: systemClock }),
    readEstimates: createReadEstimates({ trails, clock: systemClock }),
    breakers: createOpenBreakers({ ledger, clock: systemClock, sha256 }),
  };
}

/** What a plan's end is predicted from, beside the ledger and the agents. */
export function predictingStores(ledgerTable: string) {
  const table = createTable(ledgerTable);
  return {
    reader: createDynamoPlanReader(table),
    readEstimates: createReadEstimates({ trails: createDynamoTrails(table), clock: systemClock }),
  };
}

export const timers = (timerQueueUrl: string) => createSqsTimers(sqs, timerQueueUrl, systemClock);

/** What wakes the scheduler, for functions that free capacity or make tickets ready. */
export function schedulingStores({ LEDGER_TABLE, POOL_QUEUE_URL }: { LEDGER_TABLE: string; POOL_QUEUE_URL: string }) {
  const stores = ledgerStores(LEDGER_TABLE);
  const rounds = createSqsRounds(sqs, POOL_QUEUE_URL, sha256);
  const becomeReady = createBecomeReady(stores);
  return { ...stores, rounds, becomeReady, freeCapacity: createFreeCapacity({ ...stores, rounds }) };
}

export function settlingStores(env: { LEDGER_TABLE: string; POOL_QUEUE_URL: string }) {
  const stores = { ...schedulingStores(env), machines: createTaskAnswers(createSfnClient()) };
  return { ...stores, settle: createSettleTicket(stores) };
}

export const inboxes = (prefix = '') => createSqsInboxes(sqs, prefix);

/** All that ending a plan takes: its tickets are cancelled, their agents told, what was done is undone. */
export function endingStores(env: { LEDGER_TABLE: string; POOL_QUEUE_URL: string; TIMER_QUEUE_URL: string }) {
  const stores = settlingStores(env);
  const withdraw = createWithdrawFromAgent({ ...stores, inboxes: inboxes() });
  return { ...stores, timers: timers(env.TIMER_QUEUE_URL), withdraw };
}
