/** Once a minute: how agents do is probed, judged and recorded, and what fallen ones hold goes to others. */
import { Duration, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type ENV, HELD_BACK } from '../lambdas/watch-agents/contract.ts';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import { HiveFunction } from './hive-function.ts';
import { inboxPrefix, mayCloseInboxes, mayDeliver } from './inboxes.ts';
import type { Ledger } from './ledger.ts';
import type { PoolQueue } from './pool-queue.ts';
import { nameIn, type Stage } from './stage.ts';
import type { TimerQueue } from './timer-queue.ts';

export interface WatchAgentsProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly pool: PoolQueue;
  readonly timers: TimerQueue;
}

const NAME = 'watch-agents';

export class WatchAgents extends Construct {
  constructor(scope: Construct, id: string, props: WatchAgentsProps) {
    super(scope, id);
    const { stage, ledger, pool, timers } = props;
    const { function: watch } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: NAME,
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
        INBOX_PREFIX: inboxPrefix(stage),
        // Elsewhere an agent must not have us call what only we can reach.
        PROBES: stage.target === 'local' ? 'anywhere' : 'public',
      },
      may: [
        ledger.mayLoad(),
        ledger.mayLook(),
        ledger.mayLoadMany(),
        ledger.mayAppend(),
        ledger.mayCheck(),
        ledger.mayRemove(),
        ledger.mayUnlist(),
        mayDeliver(this, stage),
        mayCloseInboxes(this, stage),
        pool.maySend(),
        timers.maySet(),
      ],
      timeout: Duration.seconds(50),
      memorySize: 1024,
    });
    const clock = new Rule(this, 'Clock', {
      ruleName: nameIn(stage, `${NAME}-clock`),
      description: 'How agents do is judged and recorded',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(watch, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    Validations.of(clock).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'a tick that was lost is made good by the next one a minute later',
    });
    new HiveAlarm(this, 'AgentEvictionBrake', {
      stage,
      metric: new Metric({
        namespace: 'NeuralHive',
        metricName: `neural_hive_orchestrator_${HELD_BACK}_total`,
        dimensionsMap: { service: NAME },
        statistic: 'Sum',
        period: ALARM_PERIOD,
      }),
      above: 0,
      means:
        'Many agents of one capability do badly at once: the fault is likelier ours, and the brake keeps them matched.',
    });
  }
}
