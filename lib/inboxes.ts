/** Agents' inboxes: a queue an agent, made when it registers, so known here by the prefix of their names only. */
import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Permission } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

const BECAUSE = 'inboxes are made at run time, one an agent; the prefix holds nothing but inboxes of this stage';

export const inboxPrefix = (stage: Stage): string => nameIn(stage, 'inbox-');

export const mayDeliver = (scope: IConstruct, stage: Stage) => onInboxes(scope, stage, 'sqs:SendMessage');
export const mayOpenInboxes = (scope: IConstruct, stage: Stage) => onInboxes(scope, stage, 'sqs:CreateQueue');
export const mayCloseInboxes = (scope: IConstruct, stage: Stage) =>
  onInboxes(scope, stage, 'sqs:GetQueueUrl', 'sqs:DeleteQueue');
/** What an agent does with its inbox. */
export const mayReceive = (scope: IConstruct, stage: Stage) =>
  onInboxes(scope, stage, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility');

function onInboxes(scope: IConstruct, stage: Stage, ...actions: string[]): Permission {
  const arn = Stack.of(scope).formatArn({ service: 'sqs', resource: `${inboxPrefix(stage)}*` });
  return { actions, resources: [arn], wildcardBecause: BECAUSE };
}
