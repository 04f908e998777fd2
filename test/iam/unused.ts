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
