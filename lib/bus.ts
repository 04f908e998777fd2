/** The bus: approved plans come in, facts about plans and tickets go out. */
import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { Permission } from './permission.ts';
import type { Stage } from './stage.ts';

export class Bus extends Construct {
  readonly eventBus: EventBus;

  constructor(scope: Construct, id: string, props: { stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    this.eventBus = new EventBus(this, 'EventBus', { eventBusName: `hive-${stage.name}` });
    if (stage.target === 'aws') {
      // A local AWS can neither archive nor replay.
      this.eventBus.archive('Archive', {
        archiveName: `hive-${stage.name}`,
        description: 'Everything that was on the bus, for replay',
        eventPattern: { account: [this.eventBus.env.account] },
        retention: Duration.days(30),
      });
    }
  }

  mayPublish(): Permission {
    return { actions: ['events:PutEvents'], resources: [this.eventBus.eventBusArn] };
  }
}
