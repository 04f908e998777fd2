/** A role that may do exactly what it was given: its policy is inline and complete, and nothing adds to it later. */
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcards, type Permission, policyOf } from './permission.ts';

export interface HiveRoleProps {
  /** The service that takes the role on, e.g. `lambda.amazonaws.com`. */
  readonly service: string;
  readonly may: readonly Permission[];
  /** Default: CloudFormation names it, and names it anew whenever it is replaced. */
  readonly roleName?: string;
}

export class HiveRole extends Role {
  constructor(scope: Construct, id: string, props: HiveRoleProps) {
    super(scope, id, {
      ...(props.roleName !== undefined && { roleName: props.roleName }),
      assumedBy: new ServicePrincipal(props.service),
      inlinePolicies: { permissions: policyOf(props.may) },
    });
    acknowledgeWildcards(this, props.may);
  }
}

/** X-Ray takes segments of any trace: its actions have no resource types (service authorization reference). */
export const mayTrace: Permission = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
  wildcardBecause:
    'X-Ray has no resource to name: the actions that send segments support no resource-level permissions',
};
