/** What each role may do, grant by grant, as the synthesised template says. */
import { Validations } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { resourceText } from '../../lib/permission.ts';
import { ofType, type Resource, type Synthesised } from '../lib/synth.ts';
import type { Asked } from './actions.ts';
import { matchesPattern, resolveArn } from './arns.ts';

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One action on one resource; a statement is as many as it has pairs of them. */
export interface Grant {
  readonly action: string;
  /** ARN, maybe with wildcards */
  readonly resource: string;
  readonly condition?: Condition;
  /** why it cannot be narrower, where it has a wildcard and somebody wrote it down */
  readonly wildcardBecause?: string;
}

export interface RoleGrants {
  /** the function's name without the stage, or the role's logical id */
  readonly role: string;
  readonly arn: string;
  readonly grants: readonly Grant[];
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Condition;
}

/** @param names what resources were called, by logical id */
export function grantsOf(synthesised: Synthesised, names: Readonly<Record<string, string>>): RoleGrants[] {
  const { resources } = synthesised;
  const reasons = reasonsOf(synthesised);
  return ofType(synthesised, 'AWS::IAM::Role').map(([id, { Properties }]) => {
    const grants = ((Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .flatMap(({ Action, Resource, Condition: condition }) =>
        [Action].flat().flatMap((action) =>
          [Resource].flat().map((resource): Grant => {
            const wildcardBecause = reasons.get(id)?.get(resourceText(resource));
            return {
              ...{ action: action as string, resource: resolveArn(resource, resources, names) },
              ...(condition !== undefined && { condition }),
              ...(wildcardBecause !== undefined && { wildcardBecause }),
            };
          }),
        ),
      );
    return {
      role: nameOfRole(id, resources),
      arn: resolveArn({ 'Fn::GetAtt': [id, 'Arn'] }, resources, names),
      grants,
    };
  });
}

function nameOfRole(id: string, resources: Readonly<Record<string, Resource>>): string {
  const owner = Object.values(resources).find(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.Role?.['Fn::GetAtt']?.[0] === id,
  );
  return owner === undefined ? id : String(owner.Properties.FunctionName).replace(/^hive-[a-z0-9]+-/, '');
}

/** The written reasons for wildcards, by the role's logical id and the resource. */
function reasonsOf({ stack }: Synthesised): Map<string, Map<string, string>> {
  const prefix = /^(?:.*::)?AwsSolutions-IAM5\[Resource::(.*)\]$/;
  const roles = stack.node.findAll().filter((construct) => construct instanceof Role);
  return new Map(
    roles.map((role) => {
      const told = role.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries(data as Record<string, string>));
      const reasons = told.flatMap(([rule, reason]) => {
        const resource = prefix.exec(rule)?.[1];
        return resource === undefined ? [] : [[resource, reason] as const];
      });
      const id = stack.getLogicalId(role.node.defaultChild as Parameters<typeof stack.getLogicalId>[0]);
      return [id, new Map(reasons)];
    }),
  );
}

/** @throws Error for a condition that it does not know */
export function allows({ action, resource, condition = {} }: Grant, asked: Asked): boolean {
  if (!matchesPattern(action.toLowerCase(), asked.action.toLowerCase())) return false;
  if (asked.resource !== undefined && !matchesPattern(resource, asked.resource)) return false;
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, [wanted].flat() as string[], asked.context?.[key] ?? []),
    ),
  );
}

function holds(operator: string, wanted: readonly string[], values: readonly string[]): boolean {
  const matchers: Readonly<Record<string, (value: string) => boolean>> = {
    StringEquals: (value) => wanted.includes(value),
    StringLike: (value) => wanted.some((pattern) => matchesPattern(pattern, value)),
  };
  const [name = '', each] = operator.split(':').reverse();
  const matches = matchers[name];
  if (matches === undefined || (each !== undefined && each !== 'ForAllValues'))
    throw new Error(`the condition ${operator} is not known: teach test/iam/grants.ts`);
  // ForAllValues holds where there is none.
  return (each !== undefined || values.length > 0) && values.every(matches);
}
