/** The agent that comes with the stack: runs TRANSFORM tickets in Lambda, fed by its inbox, kept alive by a clock. */
import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ENV } from '../agents/transform/contract.ts';
import type { AgentApi } from './agent-api.ts';
import { DeadLetters } from './dead-letters.ts';
import { HiveFunction } from './hive-function.ts';
import { inboxPrefix } from './inboxes.ts';
import { nameIn, type Stage } from './stage.ts';

const TIMEOUT = Duration.minutes(1);

export class TransformAgent extends Construct {
  readonly agentId: string;

  constructor(scope: Construct, id: string, props: { stage: Stage; api: AgentApi }) {
    super(scope, id);
    const { stage, api } = props;
    this.agentId = `transform-${stage.name}`;
    const inboxName = `${inboxPrefix(stage)}${this.agentId}`;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      stage,
      of: 'transform-agent',
      alarm: 'TransformAgentDeadLetters',
      means:
        'The transform agent gave up assignments after five tries: their tickets are taken back when their leases are over.',
    });
    const inbox = new Queue(this, 'Inbox', {
      queueName: inboxName,
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: deadLetters.queue, maxReceiveCount: 5 },
      removalPolicy: stage.removal,
    });
    const { function: agent } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'transform-agent',
      folder: 'agents/transform',
      environment: { API_URL: api.url, AGENT_ID: this.agentId, INBOX_URL: inbox.queueUrl },
      may: [
        {
          actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
          resources: [inbox.queueArn],
        },
        api.mayCall(),
      ],
      timeout: TIMEOUT,
    });
    const assignments = new EventSourceMapping(this, 'Assignments', {
      target: agent,
      eventSourceArn: inbox.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
      ...(stage.target === 'aws' && { maxConcurrency: 10 }),
    });
    Validations.of(assignments).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: "a queue's own redrive policy keeps what failed: SQS event sources take no failure destination",
    });
    const clock = new Rule(this, 'Clock', {
      ruleName: nameIn(stage, 'transform-agent-clock'),
      description: 'The transform agent registers and heartbeats',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(agent, {
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
        }),
      ],
    });
    Validations.of(clock).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason:
        'a tick that was lost is made good by the next one a minute later; an agent without heartbeats shows as such',
    });
  }
}
