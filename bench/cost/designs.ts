/**
 * What ours is measured against, written out request by request: the same tickets, prices, logging and
 * sampling, and no ledger of events, no scheduler, no retries by another agent.
 */

import { BEYOND as TRACES_OF_API_SAMPLED } from '../../lib/trace-sampling.ts';
import { ACCESS_LOG_BYTES, LOG_LINE_OVERHEAD_BYTES, TRACES_SAMPLED } from './assumptions.ts';
import type { Entry } from './meter.ts';
import type { PriceName } from './prices.ts';
import { gbSeconds } from './units.ts';

/** One kind of request: how many billed units of it a ticket takes, and how many requests that is. */
interface Line {
  readonly what: string;
  readonly price: PriceName;
  readonly units: number;
  readonly requests: number;
}

const line = (what: string, price: PriceName, units: number): Line => ({ what, price, units, requests: units });
/** Billed without being a request of its own. */
const beside = (what: string, price: PriceName, units: number): Line => ({ what, price, units, requests: 0 });

/** What the machine's own part costs: states entered, and the answer to the one that waits, which is free. */
const machine = (what: string, transitions: number): Line[] => [
  beside(what, 'step_functions_transition', transitions),
  { what: 'the task token answered', price: 'step_functions_transition', units: 0, requests: 1 },
];

/** What calls of a small function cost beside what they do: 512 MB, 30 ms, no log as long as all goes well. */
const functionCalls = (what: string, count: number, traced: number): Line[] => [
  line(what, 'lambda_request', count),
  beside(what, 'lambda_gb_second', count * gbSeconds(512, 30)),
  beside(`${what}: trace`, 'xray_trace', count * traced),
];

const apiCalls = (what: string, count: number): Line[] => [
  line(what, 'api_gateway_rest', count),
  beside(`${what}: access log`, 'logs_gb', (count * (ACCESS_LOG_BYTES + LOG_LINE_OVERHEAD_BYTES)) / 1e9),
];

/**
 * The plan's DAG as one machine, a task a state: it sends the task to a queue and waits. Agents take from the queue,
 * claim and report over the same REST API; a row says where the task stands; its end is told on the bus.
 * @param transitions of the compiled machine, a ticket
 */
const plainGraph = (transitions: number): Line[] => [
  ...machine('states of the compiled machine', transitions),
  line('sent by the machine, received, deleted', 'sqs_standard', 3),
  ...apiCalls('claim, report', 2),
  ...functionCalls('claim, report', 2, TRACES_OF_API_SAMPLED),
  line('row: put, claimed, ended', 'dynamodb_write', 3),
  line('its end on the bus', 'eventbridge_event', 1),
];

/** The states that an execution of the machine of a ticket goes through. */
export const TICKET_MACHINE = [
  'Validate ticket (function)',
  'Check policy (function)',
  'Allowed? (choice)',
  'Choose agent (function)',
  'Record assignment (DynamoDB)',
  'Dispatch and wait (SQS, task token)',
  'Succeeded? (choice)',
  'Record outcome (DynamoDB)',
] as const;

/** An execution a ticket; who reports a ticket looks for those that it was the last to hold up, and starts them. */
const machineATicket: Line[] = [
  ...machine(TICKET_MACHINE.join(', '), TICKET_MACHINE.length),
  line('sent by the machine, received, deleted', 'sqs_standard', 3),
  ...apiCalls('claim, report', 2),
  ...functionCalls('claim, report', 2, TRACES_OF_API_SAMPLED),
  ...functionCalls('validate, check, choose, start next', 4, TRACES_SAMPLED),
  beside('execution: trace', 'xray_trace', TRACES_SAMPLED),
  line('row: put, started, assigned, claimed, ended', 'dynamodb_write', 5),
  line('row read by each function', 'dynamodb_read', 6),
  line('ready, assigned, started, ended on the bus', 'eventbridge_event', 4),
];

export interface Design {
  readonly name: string;
  readonly entries: readonly Entry[];
}

export function designsFor(tickets: number, transitions: number): readonly Design[] {
  const entriesOf = (lines: readonly Line[]): Entry[] =>
    lines.map(({ what, price, units, requests }) => ({
      cause: 'design',
      request: what,
      price,
      units: units * tickets,
      requests: requests * tickets,
    }));
  return [
    { name: 'plain graph', entries: entriesOf(plainGraph(transitions / tickets)) },
    { name: 'machine a ticket', entries: entriesOf(machineATicket) },
  ];
}
