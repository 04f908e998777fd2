/** Who calls, as the edge knows it: never what the caller says of itself. */

export const ROLES = ['producer', 'operator', 'sre', 'security', 'auditor', 'platform', 'agent'] as const;
export type Role = (typeof ROLES)[number];

export interface Caller {
  /** an IAM role's or user's ARN (a session's name left out), `oidc:<issuer>#<subject>`, `credential:<agent>`, or on a local AWS the access key's id */
  readonly principal: string;
  readonly kind: 'iam' | 'oidc' | 'credential' | 'local';
  /** whom events name: the principal, with the session's name where there is one */
  readonly name: string;
  readonly roles: readonly Role[];
  /** whose plans it may look at and act on; empty: none; `*`: all */
  readonly tenants: readonly string[];
  /** granted by break-glass, until then (epoch ms) */
  readonly break_glass_until?: number | undefined;
  /** address that the call came from */
  readonly source?: string | undefined;
}
