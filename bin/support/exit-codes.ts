/** What the exit status of `hive` says. A script may rely on these; docs/cli.md and `hive --help` are made from them. */
import type { HiveError } from '../../core/errors.ts';

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  person: 4,
  timeout: 5,
  limit: 6,
  unreachable: 7,
  differs: 8,
  internal: 70,
  interrupted: 130,
  pipe: 141,
} as const;

export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'done; with --wait: the plan completed'],
  [EXIT.failed, 'the plan failed: it was undone, cancelled or not approved, or ended as it stood'],
  [EXIT.usage, 'the command line is wrong: unknown command, option or file, or AWS_ENDPOINT_URL is no URL'],
  [
    EXIT.refused,
    'refused: the plan or document has faults, there is no such plan, task, ticket, agent or incident, or it does not stand where that could be done to it',
  ],
  [EXIT.person, 'the plan waits for a person: to be approved, or, halted by a failure, to be redriven'],
  [EXIT.timeout, '--timeout passed; the plan goes on'],
  [EXIT.limit, 'over a limit of Step Functions or EventBridge'],
  [EXIT.unreachable, 'cannot reach or set up AWS, the local AWS or the stack'],
  [
    EXIT.differs,
    'replay, audit: a state is not what its events lead to, or an event or a head of the log is not as it was written',
  ],
  [EXIT.internal, 'an error in hive itself'],
  [EXIT.interrupted, 'interrupted (Ctrl-C)'],
  [EXIT.pipe, 'the reader of the output went away'],
];

const BY_CODE: Readonly<Record<string, number>> = {
  USAGE: EXIT.usage,
  FILE_UNREADABLE: EXIT.usage,
  FILE_UNWRITABLE: EXIT.usage,
  AWS_ENDPOINT_INVALID: EXIT.usage,
  LOCAL_NAME_INVALID: EXIT.usage,
  LOCAL_PORT_INVALID: EXIT.usage,
  API_PORT_BUSY: EXIT.usage,
  IMPORT_SCALE_INVALID: EXIT.usage,
  MESSAGE_INVALID: EXIT.refused,
  JSON_INVALID: EXIT.refused,
  PLAN_REFUSED: EXIT.refused,
  PLAN_ID_REUSED: EXIT.refused,
  PLAN_UNKNOWN: EXIT.refused,
  TICKET_UNKNOWN: EXIT.refused,
  TASK_UNKNOWN: EXIT.refused,
  INCIDENT_UNKNOWN: EXIT.refused,
  PLAN_PHASE_WRONG: EXIT.refused,
  TICKET_PHASE_WRONG: EXIT.refused,
  AGENT_UNKNOWN: EXIT.refused,
  NOT_IN_INBOX: EXIT.refused,
  TICKET_FINISHED: EXIT.refused,
  TICKET_NOT_ASSIGNED: EXIT.refused,
  TICKET_NOT_CLAIMED: EXIT.refused,
  TICKET_ASSIGNED_ELSEWHERE: EXIT.refused,
  TICKET_ATTEMPT_STALE: EXIT.refused,
  TICKET_ALREADY_CLAIMED: EXIT.refused,
  TICKET_ALREADY_REPORTED: EXIT.refused,
  TICKET_AT_MOST_ONCE: EXIT.refused,
  RESULT_TOO_LARGE: EXIT.refused,
  PLAN_EXPIRED: EXIT.refused,
  APPROVER_IS_AUTHOR: EXIT.refused,
  PLAN_NOT_YET: EXIT.refused,
  MESSAGE_TOO_LARGE: EXIT.refused,
  PLAN_IS_A_RECORDING: EXIT.refused,
  WFFORMAT_INVALID: EXIT.refused,
  STG_INVALID: EXIT.refused,
  AGENTS_INVALID: EXIT.refused,
  SIMULATION_INVALID: EXIT.refused,
  STRATEGY_UNKNOWN: EXIT.usage,
  OVERRIDE_TOO_LONG: EXIT.usage,
  PLAN_CYCLE: EXIT.refused,
  PLAN_OVER_STEP_FUNCTIONS_LIMITS: EXIT.limit,
  PLAN_TOO_LARGE_FOR_BUS: EXIT.limit,
  PLAN_WAIT_TIMEOUT: EXIT.timeout,
  AWS_UNREACHABLE: EXIT.unreachable,
  AWS_REFUSED: EXIT.unreachable,
  BUS_REFUSED: EXIT.unreachable,
  STACK_NOT_FOUND: EXIT.unreachable,
  STACK_GONE: EXIT.unreachable,
  DEPLOY_FAILED: EXIT.unreachable,
  AGENTS_NOT_AWAKE: EXIT.unreachable,
  API_UNREACHABLE: EXIT.unreachable,
  TRY_AGAIN: EXIT.unreachable,
  INTERRUPTED: EXIT.interrupted,
};

/** Other errors of the local AWS mean that there is none; an API that answers with a bare HTTP status is not ours. */
const NOT_THERE = /^(LOCAL|HTTP)_/;

export function exitCodeOf({ code }: Pick<HiveError, 'code'>): number {
  return BY_CODE[code] ?? (NOT_THERE.test(code) ? EXIT.unreachable : EXIT.internal);
}
