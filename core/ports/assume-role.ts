/** A role of AWS taken on with a token of ours, narrowed to a policy. Nobody's own rights are needed for it. */

export interface RoleWanted {
  /** JWT of an issuer that the role trusts */
  readonly token: string;
  readonly role_arn: string;
  /** what AWS's own logs name the session by; 2-64 characters */
  readonly session_name: string;
  /** IAM policy as JSON: what is left of the role's rights */
  readonly policy: string;
  /** s, 900 at least */
  readonly duration_s: number;
}

/** Secrets: they are answered, and kept nowhere. */
export interface AwsCredentials {
  readonly access_key_id: string;
  readonly secret_access_key: string;
  readonly session_token: string;
}

/** @throws HiveError AWS_POLICY_TOO_LARGE (422) · AWS_EXCHANGE_REFUSED · AWS_UNREACHABLE (503) */
export type AssumeRole = (wanted: RoleWanted) => Promise<AwsCredentials>;
