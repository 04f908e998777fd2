import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { arnText } from './arn-text.ts';
import { functionNamed, ofType, synthesise } from './synth.ts';

const synthesised = synthesise();
const queues = ofType(synthesised, 'AWS::SQS::Queue');
const alarms = ofType(synthesised, 'AWS::CloudWatch::Alarm');
const deadLettersOf = (queue: {
  Properties: { RedrivePolicy?: { deadLetterTargetArn: { 'Fn::GetAtt': string[] } } };
}) => queue.Properties.RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0];

describe('A queue', () => {
  test('has dead letters, or is where they go', () => {
    const without = queues
      .filter(([, queue]) => deadLettersOf(queue) === undefined)
      .map(([, q]) => q.Properties.QueueName);
    expect(without.sort()).toEqual([
      'hive-dev-accept-plan-dlq',
      'hive-dev-complete-plan-dlq',
      'hive-dev-pool-dlq.fifo',
      'hive-dev-project-ledger-dlq',
      'hive-dev-timers-dlq',
      'hive-dev-transform-agent-dlq',
    ]);
  });

  test('is encrypted and refuses unencrypted calls', () => {
    const policies = ofType(synthesised, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);
    for (const [id, { Properties }] of queues) {
      expect(Properties.SqsManagedSseEnabled, id).toBe(true);
      const statements = policies
        .filter(({ Queues }) => Queues[0].Ref === id)
        .flatMap((p) => p.PolicyDocument.Statement);
      expect(statements, id).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  test('of dead letters has an alarm from its first message on', () => {
    const ids = queues.filter(([, queue]) => deadLettersOf(queue) === undefined).map(([id]) => id);
    const watched = alarms
      .filter(([, { Properties: p }]) => p.MetricName === 'ApproximateNumberOfMessagesVisible' && p.Threshold === 0)
      .map(([, { Properties }]) => Properties.Dimensions[0].Value['Fn::GetAtt'][0]);
    expect(watched.sort()).toEqual(ids.sort());
  });
});

describe('The pool queue', () => {
  const pool = queues.find(([, q]) => q.Properties.QueueName === 'hive-dev-pool.fifo')?.[1].Properties;

  test('keeps the order of each pool and lets pools go side by side', () => {
    expect(pool).toMatchObject({
      FifoQueue: true,
      ContentBasedDeduplication: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  });

  test('hides a batch for three times as long as a round may take, and gives it up after ten tries', () => {
    expect(pool.VisibilityTimeout).toBe(3 * functionNamed(synthesised, 'schedule-tickets').Properties.Timeout);
    expect(pool.RedrivePolicy.maxReceiveCount).toBe(10);
  });

  test('hands out batches at once, whose messages fail one by one', () => {
    const source = ofType(synthesised, 'AWS::Lambda::EventSourceMapping').find(([id]) =>
      id.startsWith('ScheduleTickets'),
    );
    expect(source?.[1].Properties.MaximumBatchingWindowInSeconds ?? 0).toBe(0);
    expect(source?.[1].Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('The timer queue', () => {
  const timers = queues.find(([, q]) => q.Properties.QueueName === 'hive-dev-timers')?.[1].Properties;

  test('hides a batch for longer than its looks may take, and tries a timer for an hour before it is given up', () => {
    expect(timers.VisibilityTimeout).toBeGreaterThan(functionNamed(synthesised, 'fire-timers').Properties.Timeout);
    expect(timers.RedrivePolicy.maxReceiveCount).toBe(100);
  });

  test('calls for a person when timers are over the longest delay of SQS by five minutes', () => {
    const [, late] = alarms.find(([, { Properties }]) => Properties.AlarmName === 'hive-dev-TimersLate') ?? [];
    expect(late?.Properties).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 900 + 300 });
  });

  test('hands out batches whose messages fail one by one', () => {
    const source = ofType(synthesised, 'AWS::Lambda::EventSourceMapping').find(([id]) => id.startsWith('FireTimers'));
    expect(source?.[1].Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });
});

describe('An event that could not be handled is set aside', () => {
  const queueNamed = (value: { 'Fn::GetAtt': string[] }) =>
    synthesised.resources[value['Fn::GetAtt'][0] ?? '']?.Properties.QueueName;

  test('when the bus cannot deliver an approved plan', () => {
    const rule = ofType(synthesised, 'AWS::Events::Rule').find(([id]) => id.startsWith('AcceptPlan'))?.[1].Properties;
    expect(rule.EventPattern).toEqual({ 'detail-type': ['CognitivePlanApproved'] });
    expect(queueNamed(rule.Targets[0].DeadLetterConfig.Arn)).toBe('hive-dev-accept-plan-dlq');
    expect(rule.Targets[0].RetryPolicy.MaximumRetryAttempts).toBe(185);
  });

  test('when the bus cannot tell of an execution that did not succeed', () => {
    const rule = ofType(synthesised, 'AWS::Events::Rule').find(([id]) => id.startsWith('CompletePlan'))?.[1].Properties;
    // Step Functions tells the account's default bus, which is what a rule without a bus is on.
    expect(rule.EventBusName).toBeUndefined();
    const { detail, ...pattern } = rule.EventPattern;
    expect(pattern).toEqual({ source: ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'] });
    expect(detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
    expect(arnText(detail.stateMachineArn[0].prefix, synthesised.resources)).toBe(
      'states:::stateMachine:hive-dev-plan-',
    );
    expect(rule.Targets[0].Arn['Fn::GetAtt'][0]).toMatch(/^CompletePlanFunction/);
    expect(queueNamed(rule.Targets[0].DeadLetterConfig.Arn)).toBe('hive-dev-complete-plan-dlq');
    expect(rule.Targets[0].RetryPolicy.MaximumRetryAttempts).toBe(185);
  });

  test.each([
    ['accept-plan', 'AcceptPlan'],
    ['complete-plan', 'CompletePlan'],
  ])('when %s keeps failing', (name, construct) => {
    const config = ofType(synthesised, 'AWS::Lambda::EventInvokeConfig').find(([id]) => id.startsWith(construct));
    expect(queueNamed(config?.[1].Properties.DestinationConfig.OnFailure.Destination)).toBe(`hive-dev-${name}-dlq`);
  });

  test('when a fact of the ledger cannot be published', () => {
    const mapping = ofType(synthesised, 'AWS::Lambda::EventSourceMapping').find(([id]) =>
      id.startsWith('ProjectLedger'),
    );
    const source = mapping?.[1].Properties;
    expect(source).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 12 * 3600,
    });
    // Nothing but its age ends the tries of a record: without a number they have no end.
    expect(source.MaximumRetryAttempts).toBeUndefined();
    expect(queueNamed(source.DestinationConfig.OnFailure.Destination)).toBe('hive-dev-project-ledger-dlq');
    const image = { kind: { S: ['event'] }, event_type: { S: [{ 'anything-but': ['LogSealed'] }] } };
    expect(source.FilterCriteria.Filters.map((filter: { Pattern: string }) => JSON.parse(filter.Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: image } },
    ]);
  });
});

test('a follower of the ledger that does not keep up is noticed long before its records are given up', () => {
  const behind = alarms.filter(([, { Properties }]) => Properties.MetricName === 'IteratorAge');
  expect(behind.map(([, { Properties: p }]) => [p.AlarmName, p.Threshold, p.Dimensions[0].Name]).sort()).toEqual([
    ['hive-dev-ProjectLedgerBehind', 600_000, 'FunctionName'],
  ]);
});

describe('The runbook', () => {
  const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const sections = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.split('\n')[0]?.trim(), text]),
  );

  test.each(alarms.map(([, { Properties }]) => [Properties.AlarmName.replace('hive-dev-', ''), Properties]))(
    'says of %s what it means, what to look at and what to do',
    (name, { AlarmDescription }) => {
      const section = sections.get(name) ?? '';
      expect(section).toMatch(/\*\*Means\.\*\*.*\*\*Look at\.\*\*.*\*\*Do\.\*\*/s);
      expect(AlarmDescription).toContain(`docs/runbook.md#${name.toLowerCase()}`);
    },
  );
});
