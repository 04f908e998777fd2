/** The policy engine: in process, no call leaves it. Default deny, forbid wins, and what fails to evaluate is denied. */
import type { AccessRequest } from '../policy/access.ts';
import type { Decision } from '../policy/decision.ts';

export interface PolicyEngine {
  /** SHA-256 of the policy set */
  readonly policySet: string;
  /** Never throws: a question that the schema does not know is denied, with `errors`. */
  decide(request: AccessRequest): Decision;
}

/** Which policies hold now. */
export interface PoliciesInForce {
  /** Read again when older than a few seconds. @throws HiveError POLICIES_UNAVAILABLE (503): then nothing is allowed */
  current(): Promise<{ readonly engine: PolicyEngine; readonly shadow?: PolicyEngine | undefined }>;
}
