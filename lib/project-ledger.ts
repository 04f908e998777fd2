/** From the ledger to the bus: what was committed is published, and nothing else; it is counted, and noted for the log. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { COUNTED, type ENV, NOT_LOGGED, OPENED } from '../lambdas/project-ledger/contract.ts';
import type { Bus } from './bus.ts';
import { DeadLetters } from './dead-letters.ts';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import { HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { followLedger } from './ledger-stream.ts';
import type { Stage } from './stage.ts';
import type { TimerQueue } from './timer-queue.ts';

export interface ProjectLedgerProps {
  readonly stage: Stage;
  readonly bus: Bus;
  readonly ledger: Ledger;
  readonly timers: TimerQueue;
}

const NAME = 'project-ledger';

export class ProjectLedger extends Construct {
  constructor(scope: Construct, id: string, props: ProjectLedgerProps) {
    super(scope, id);
    const { stage, bus, ledger, timers } = props;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      stage,
      of: 'project-ledger',
      alarm: 'ProjectLedgerDeadLetters',
      means: 'Committed facts were neither published nor noted for the audit log: the ledger alone has them.',
    });
    const { function: follower } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: NAME,
      environment: {
        EVENT_BUS_NAME: bus.eventBus.eventBusName,
        LEDGER_TABLE: ledger.table.tableName,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
      },
      may: [
        ...ledger.mayFollow(),
        ledger.mayCount(),
        ...ledger.mayKeepBreakers(),
        timers.maySet(),
        ledger.mayNoteForLog(),
        bus.mayPublish(),
        deadLetters.mayReceive(),
      ],
      timeout: Duration.minutes(1),
    });
    const open = 'An agent or an asset has failed too often and is given nothing until a ticket has tried it.';
    this.#alarm(stage, 'BreakerOpen', OPENED, open);
    this.#alarm(stage, 'SecuritySignals', COUNTED.SecuritySignalRaised, 'Somebody tries what they may not: see which.');
    this.#alarm(stage, 'BreakGlassUsed', COUNTED.BreakGlassUsed, 'Somebody has taken more rights than they have.');
    followLedger(this, 'Events', {
      stage,
      ledger,
      follower,
      deadLetters,
      // The log's own events would keep it going for ever.
      eventTypes: { allBut: NOT_LOGGED },
      // Facts are told when they are seen; nothing waits for them.
      waits: Duration.seconds(1),
      // One batch of a shard after another: facts of a plan come out in order but for retries and shards that split.
      // Consumers that need the order go by `event_id`, which ends in the version.
      lanes: 1,
      behind: 'ProjectLedgerBehind',
      behindMeans: 'Facts are published, and logged, late: publishing fails and is tried again, or is too slow.',
    });
  }

  #alarm(stage: Stage, section: string, counted: string, means: string): void {
    const metric = new Metric({
      namespace: 'NeuralHive',
      metricName: `neural_hive_orchestrator_${counted}_total`,
      dimensionsMap: { service: NAME },
      statistic: 'Sum',
      period: ALARM_PERIOD,
    });
    new HiveAlarm(this, section, { stage, metric, above: 0, means });
  }
}
