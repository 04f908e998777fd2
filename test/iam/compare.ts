/** What was called against what may be: nothing missing, nothing unused, no wildcard that nobody explains. */
import { type Asked, askedBy } from './actions.ts';
import { allows, type Grant, type RoleGrants } from './grants.ts';
import type { Call } from './recording.ts';

export interface Explained extends Grant {
  readonly because: string;
}

export interface RoleFindings {
  readonly role: string;
  /** grants, and how many of them were seen used */
  readonly grants: number;
  readonly used: number;
  /** asked for, and allowed by no grant */
  readonly missing: readonly Asked[];
  /** never used, and nobody says why */
  readonly unused: readonly Grant[];
  /** never used here, for a reason that is written down */
  readonly explained: readonly Explained[];
  /** wildcards without a reason; actions have none at all */
  readonly wildcards: readonly Grant[];
}

/** Why a grant is not seen used on local AWS; undefined: there is no reason. */
export type ReasonFor = (role: string, grant: Grant) => string | undefined;

export interface Findings {
  readonly roles: readonly RoleFindings[];
  /** roles that made calls and are not in the template */
  readonly strangers: readonly string[];
  readonly passed: boolean;
}

export function compare(calls: readonly Call[], roles: readonly RoleGrants[], reasonFor: ReasonFor): Findings {
  const asked = new Map<string, Map<string, Asked>>();
  for (const call of calls) {
    if (isOfCdk(call)) continue;
    const ofRole = asked.get(call.role) ?? new Map<string, Asked>();
    asked.set(call.role, ofRole);
    for (const one of askedBy(call)) ofRole.set(JSON.stringify(one), one);
  }
  const known = new Set(roles.map(({ arn }) => arn));
  const strangers = [...asked.keys()].filter((arn) => !known.has(arn)).sort();
  const found = roles.map((role) => findingsOf(role, [...(asked.get(role.arn)?.values() ?? [])], reasonFor));
  const isWhole = ({ missing, unused, wildcards }: RoleFindings): boolean =>
    missing.length + unused.length + wildcards.length === 0;
  return { roles: found, strangers, passed: strangers.length === 0 && found.every(isWhole) };
}

/** Whoever deploys does it with the roles of the CDK's own stack. */
const isOfCdk = ({ role }: Call): boolean => /:role\/cdk-/.test(role);

function findingsOf({ role, grants }: RoleGrants, asked: readonly Asked[], reasonFor: ReasonFor): RoleFindings {
  const used = new Set<Grant>();
  const missing = new Map<string, Asked>();
  for (const one of asked) {
    const allowing = grants.filter((grant) => allows(grant, one));
    for (const grant of allowing) used.add(grant);
    // The same call on so many tickets is one thing that is missing.
    if (allowing.length === 0) missing.set(`${one.action} ${one.resource}`, one);
  }
  const idle = grants.filter((grant) => !used.has(grant)).map((grant) => ({ grant, because: reasonFor(role, grant) }));
  return {
    role,
    grants: grants.length,
    used: used.size,
    missing: [...missing.values()],
    unused: idle.flatMap(({ grant, because }) => (because === undefined ? [grant] : [])),
    explained: idle.flatMap(({ grant, because }) => (because === undefined ? [] : [{ ...grant, because }])),
    wildcards: grants.filter(
      ({ action, resource, wildcardBecause }) =>
        action.includes('*') || (resource.includes('*') && !isOfAttribute(resource) && wildcardBecause === undefined),
    ),
  };
}

/** CloudFormation's own: a log group's ARN ends in its streams, and a stream's in the time when it was made. */
const isOfAttribute = (resource: string): boolean =>
  /^arn:aws:logs:[^*]*:log-group:[^*]*:\*$/.test(resource) || /^arn:aws:dynamodb:[^*]*\/stream\/\*$/.test(resource);
