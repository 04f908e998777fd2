/** Whom a call is from, as the edge has it from whoever checked that: the gateway, an issuer's signature, a local AWS. */
import { HiveError } from '../errors.ts';
import { ROLES, type Role } from './caller.ts';
import type { Bounds } from './enrolment/state.ts';

export type Identity =
  /** `arn`: as API Gateway names the caller, with the session's name */
  | { readonly kind: 'iam'; readonly arn: string; readonly source?: string | undefined }
  | {
      readonly kind: 'oidc';
      readonly issuer: string;
      readonly subject: string;
      /** what its token says, as text */
      readonly roles: readonly string[];
      readonly tenants: readonly string[];
      readonly source?: string | undefined;
    }
  /** of an enrolled agent: what it may be */
  | { readonly kind: 'credential'; readonly bounds: Bounds; readonly source?: string | undefined }
  /** of a local AWS, which checks nothing: the access key's id, or a person's name on their own machine */
  | { readonly kind: 'local'; readonly key: string; readonly source?: string | undefined };

export const credentialPrincipal = (agentId: string): string => `credential:${agentId}`;

const ASSUMED = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\/.+$/;

/** One role is one principal, whoever assumes it: a session's name is chosen by who opens it. */
export function principalOf(identity: Identity): string {
  if (identity.kind === 'oidc') return `oidc:${identity.issuer}#${identity.subject}`;
  if (identity.kind === 'credential') return credentialPrincipal(identity.bounds.agent_id);
  if (identity.kind === 'local') return identity.key;
  const [, partition, account, role] = ASSUMED.exec(identity.arn) ?? [];
  return role === undefined ? identity.arn : `arn:${partition}:iam::${account}:role/${role}`;
}

const ROLE = /^arn:([\w-]+):iam::(\d{12}):role\/(?:[\x21-\x7e]*\/)?([\w+=,.@-]+)$/;
const USER = /^arn:[\w-]+:iam::\d{12}:user\/(?:[\x21-\x7e]*\/)?[\w+=,.@-]+$/;

/**
 * The principal that calls come from, of an ARN as people write it: a role's without its path, since its sessions' names
 * leave that out; undefined where no role's or user's calls have such a name.
 */
export function iamPrincipal(arn: string): string | undefined {
  const called = principalOf({ kind: 'iam', arn });
  const [, partition, account, role] = ROLE.exec(called) ?? [];
  if (role !== undefined) return `arn:${partition}:iam::${account}:role/${role}`;
  return USER.test(called) ? called : undefined;
}

/** Whom events name: with the session's name, which tells people apart that share a role. */
export const nameOfIdentity = (identity: Identity): string =>
  identity.kind === 'iam' ? identity.arn : principalOf(identity);

/** What a token says of roles counts as far as there are such roles. */
export const rolesAmong = (names: readonly string[]): Role[] => ROLES.filter((role) => names.includes(role));

export const callerUnknown = (): HiveError =>
  new HiveError(
    'CALLER_UNKNOWN',
    'Nobody is named as the caller: sign the call with your AWS credentials, or sign in and send your token.',
    { status: 401 },
  );
