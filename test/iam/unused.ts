/** Grants that no system test is seen using, each with its reason. The other direction has none: what is called is allowed. */

import { matchesPattern } from './arns.ts';
import type { ReasonFor } from './compare.ts';

interface Reason {
  /** of roles, as patterns */
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  /** pattern of the grant's resource; default: any */
  readonly on?: string;
  readonly because: string;
}

const REASONS: readonly Reason[] = [
  {
    roles: ['*'],
    actions: ['xray:*'],
    because: 'Lambda and Step Functions send traces with the role themselves; local AWS has no X-Ray',
  },
  {
    roles: ['PlanMachines*'],
    actions: ['logs:*'],
    because: 'Step Functions delivers the machines’ logs itself, and asks when a machine is made; local AWS does not',
  },
  {
    roles: ['*'],
    actions: ['dynamodb:ListStreams'],
    because: 'Lambda’s guide lists it for every follower of a stream; local AWS finds the stream by its ARN',
  },
  {
    roles: ['*'],
    actions: ['sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'],
    on: '*:hive-*',
    because: 'Lambda’s pollers use all four, as its guide lists them; which of them local AWS calls depends on the run',
  },
  {
    roles: ['*'],
    actions: ['sqs:SendMessage'],
    on: '*-dlq*',
    because: 'where Lambda puts what failed for good: no test makes an event fail for so long',
  },
  {
    roles: ['watch-agents'],
    actions: ['dynamodb:*Item', 'sqs:SendMessage', 'sqs:GetQueueUrl', 'sqs:DeleteQueue'],
    because: 'it steps in where an agent was silent for days or failed for minutes: played in test/core/swarm/health',
  },
  {
    roles: ['choose-strategy'],
    actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    because: 'another strategy is chosen after hours of tallies: played in test/core/schedule',
  },
  {
    roles: ['register-agent'],
    actions: ['dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem'],
    because:
      'an agent that registers anew with fewer capabilities leaves their lists: test/contract, outside of functions',
  },
  {
    roles: ['heartbeat-agent'],
    actions: ['dynamodb:GetItem', 'sqs:SendMessage'],
    because: 'an agent that is back from silence asks for rounds: played in test/core/swarm',
  },
  {
    roles: ['fire-timers'],
    actions: ['states:CreateStateMachine', 'states:StartExecution', 'iam:PassRole', 'dynamodb:ConditionCheckItem'],
    because: 'it starts a plan whose acceptance or redrive died before that: played in test/core/crash.test.ts',
  },
  {
    roles: ['register-agent', 'heartbeat-agent', 'read-inbox', 'remove-agent', 'claim-ticket', 'hand-back-ticket'],
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    because:
      'they write down refusals by the lines that report-ticket and heartbeat-ticket are seen in (lambdas/runtime/access.ts): played in test/core/access',
  },
  {
    roles: ['remove-agent'],
    actions: ['dynamodb:Query'],
    because:
      'policies that were put in force are read so; the system tests go by the bundled ones: test/core/policy/in-force',
  },
  {
    roles: ['claim-ticket'],
    actions: ['kms:GenerateDataKeyPairWithoutPlaintext'],
    because: 'it makes a stack’s first key where rotate-keys has not yet: which is first depends on the run',
  },
  {
    roles: ['heartbeat-agent'],
    actions: ['kms:Decrypt'],
    because: 'a token is renewed past half of its life, minutes into an attempt: played in test/core/credential',
  },
  {
    roles: ['project-ledger'],
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'sqs:SendMessage'],
    because: 'a breaker opens after five failures in a row, and is looked at again in time: played in test/core/guard',
  },
  {
    roles: ['audit-assets'],
    actions: ['*'],
    because: 'it writes where an asset is judged otherwise than before, as time does: played in test/core/catalogue',
  },
  {
    roles: ['schedule-tickets'],
    actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    because:
      'a ticket is the trial of a breaker that is half open, a minute after five failures: played in test/core/guard',
  },
  {
    roles: ['exchange-enrolment', 'serve-api'],
    actions: ['dynamodb:GetItem'],
    because: 'a signal is looked for after many refusals of one caller: played in test/core/access',
  },
  {
    roles: ['exchange-enrolment', 'renew-credential'],
    actions: ['dynamodb:UpdateItem'],
    because: 'agents’ calls take tokens from the tenth in ten seconds on: played in test/core/guard',
  },
  {
    roles: ['register-agent'],
    actions: ['sqs:SendMessage'],
    because: 'an agent that joins asks for a round where tickets wait for it, which depends on the run',
  },
  {
    roles: ['schedule-tickets', 'hand-back-ticket'],
    actions: ['sqs:SendMessage'],
    on: '*-pool.fifo',
    because: 'a round is asked for where others wait for the slot: played in test/core/schedule',
  },
  {
    roles: ['schedule-tickets', 'fire-timers'],
    actions: ['states:SendTaskFailure'],
    because:
      'a machine is told of a ticket that policies deny to everybody, or that failed unheard: played in test/core',
  },
  {
    roles: ['report-ticket', 'fire-timers'],
    actions: ['dynamodb:DeleteItem'],
    because:
      'a ticket that is cancelled while it waits leaves its queue: played in test/core/ticket and test/core/plan',
  },
  {
    roles: ['complete-plan'],
    actions: ['sqs:SendMessage', 'states:SendTaskSuccess'],
    because:
      'what an end that died half way has left undone is done by the next one: played in test/core/crash.test.ts',
  },
  {
    roles: ['transform-agent'],
    actions: ['execute-api:Invoke'],
    because: 'local API Gateway checks no signature: who called a route is in no recording',
  },
];

const explains = ({ roles, actions, on = '*' }: Reason, ...[role, { action, resource }]: Parameters<ReasonFor>) =>
  roles.some((pattern) => matchesPattern(pattern, role)) &&
  actions.some((pattern) => matchesPattern(pattern, action)) &&
  matchesPattern(on, resource);

export const reasonFor: ReasonFor = (role, grant) => REASONS.find((reason) => explains(reason, role, grant))?.because;
