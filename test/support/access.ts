/** Access over a hive in memory: roles go by the bundled policies, refusals and signals into the hive's ledger. */
import { createCedarEngine } from '../../adapters/cedar/engine.ts';
import { loadCedar } from '../../adapters/cedar/wasm.ts';
import { createMemoryAccessMarks } from '../../adapters/memory/access-marks.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createAccessControl } from '../../core/access/access-control.ts';
import { createAuthorize } from '../../core/access/authorize.ts';
import { type Callers, createCallers } from '../../core/access/callers.ts';
import { createGuard, type Guard } from '../../core/access/guard.ts';
import { createRecordRefusal } from '../../core/access/record-refusal.ts';
import { createResources, type ResourcesDeps } from '../../core/access/resources.ts';
import { ACCESS } from '../../core/access/settings.ts';
import { createNoticeRefusal } from '../../core/access/signals/notice.ts';
import { createWatchPlaces } from '../../core/access/signals/places.ts';
import { createRaiseSignal } from '../../core/access/signals/raise.ts';
import { parseStandingRoles, type StandingRoles } from '../../core/access/standing-roles.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../core/policy/default-set.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { PoliciesInForce, PolicyEngine } from '../../core/ports/policies.ts';

loadCedar();
const bundled = createCedarEngine(DEFAULT_POLICY_SET, POLICY_SCHEMA, sha256);
export const POLICIES: PoliciesInForce = { current: async () => ({ engine: bundled }) };

export const inForce = (engine: PolicyEngine): PoliciesInForce => ({ current: async () => ({ engine }) });

export interface AccessOptions {
  readonly policies?: PoliciesInForce;
  /** by principal, as JSON has them */
  readonly roles?: Readonly<Record<string, unknown>>;
  readonly standing?: StandingRoles;
}

export function createAccess(
  { ledger, agents, clock }: { ledger: Ledger; agents: ResourcesDeps['agents']; clock: Clock },
  { policies = POLICIES, roles = {}, standing = parseStandingRoles(JSON.stringify(roles)) }: AccessOptions = {},
) {
  let ids = 0;
  const newId = () => `0199c1f2-0000-7000-8000-${String(++ids).padStart(12, '0')}`;
  const marks = createMemoryAccessMarks();
  const settings = ACCESS;
  const raise = createRaiseSignal({ ledger, clock, sha256 });
  const notice = createNoticeRefusal({ marks, clock, raise, settings });
  const recordRefusal = createRecordRefusal({ ledger, clock, sha256, newId, notice });
  const authorize = createAuthorize({ policies, recordRefusal });
  const callers: Callers = createCallers({ ledger, clock, standing, settings });
  const resources = createResources({ ledger, agents, clock });
  const guard: Guard = createGuard({ clock, callers, resources, authorize, recordRefusal });
  const watchPlaces = createWatchPlaces({ marks, clock, raise, settings });
  const access = createAccessControl({ ledger, clock, sha256, standing, settings });
  return { access, marks, settings, raise, recordRefusal, authorize, callers, resources, guard, watchPlaces, standing };
}
