/** What a pull agent may do: call the agents' API, and empty its inbox. To be attached to the role it runs with. */
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AgentApi } from './agent-api.ts';
import { mayReceive } from './inboxes.ts';
import { acknowledgeWildcards, policyOf } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

export class AgentPolicy extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: { stage: Stage; api: AgentApi }) {
    super(scope, id);
    const may = [props.api.mayCall(), mayReceive(this, props.stage)];
    this.policy = new ManagedPolicy(this, 'Policy', {
      managedPolicyName: nameIn(props.stage, 'agent'),
      description: 'A pull agent: call the API, receive from inboxes',
      document: policyOf(may),
    });
    acknowledgeWildcards(this, may);
  }
}
