/** What a role may do, as plain data: one permission names an intent's actions and exactly the resources they go to. */
import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Record<string, unknown>>>;
  /** Why no narrower resource can be named. Needed when a resource has a `*`, refused when none has. */
  readonly wildcardBecause?: string;
}

/** The IAM policy that grants exactly these permissions. */
export const policyOf = (permissions: readonly Permission[]): PolicyDocument =>
  new PolicyDocument({
    statements: permissions.map(
      ({ actions, resources, conditions }) =>
        new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions && { conditions }) }),
    ),
  });

/**
 * Records the written reason for each wildcard on the construct that holds the policy, where cdk-nag looks for it.
 *
 * @throws Error when a wildcard has no reason, or a reason has no wildcard
 */
export function acknowledgeWildcards(holder: IConstruct, permissions: readonly Permission[]): void {
  for (const { resources, actions, wildcardBecause } of permissions) {
    const wild = resources
      .map((resource) => resourceText(Stack.of(holder).resolve(resource)))
      .filter((r) => r.includes('*'));
    if (wild.length > 0 !== (wildcardBecause !== undefined)) {
      throw new Error(
        `${holder.node.path}: ${actions.join(', ')} on ${resources.join(', ')}: a wildcard and its reason go together`,
      );
    }
    for (const resource of wild) {
      Validations.of(holder).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason: wildcardBecause ?? '',
      });
    }
  }
}

/** A resolved ARN as cdk-nag spells it in a finding's id: references in angle brackets. */
export function resourceText(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const [[kind, of] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  if (kind === 'Ref') return `<${of}>`;
  if (kind === 'Fn::GetAtt') return `<${(of as string[]).join('.')}>`;
  if (kind === 'Fn::Join') {
    const [separator, parts] = of as [string, unknown[]];
    return parts.map(resourceText).join(separator);
  }
  throw new Error(`a resource of a permission is made with ${kind}: spell it with references and joins`);
}
