/**
 * Policies are proposed, approved by another than their author, rolled back and tried in shadow: data, without a redeploy.
 * Each may be asked again: what stands already is answered as it stands. Whoever loses a race reads again.
 */

import { principalOf } from '../../access/identity.ts';
import { HiveError } from '../../errors.ts';
import { jsonBytes } from '../../json-bytes.ts';
import { POLICIES_AGGREGATE, policySetAggregate } from '../../ledger/aggregate.ts';
import { retryOnConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger, Standing, Write } from '../../ports/ledger.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { Authorization } from '../decision.ts';
import { namesOf } from '../names.ts';
import { MAX_POLICY_SET_BYTES, type PolicySet, policySetDigest } from '../policy-set.ts';
import { appendToPolicies, writePolicySet } from './append.ts';
import { FIRST_POLICIES, type PoliciesEvent, type PoliciesState, type PolicySetState, versionOf } from './state.ts';

export interface ChangePoliciesDeps {
  ledger: Pick<Ledger, 'loadState' | 'commit'>;
  clock: Clock;
  sha256: Sha256;
  defaults: PolicySet;
  schema: string;
  /** what does not fit the schema; empty: all does */
  faultsOf: (set: PolicySet) => readonly string[];
}

export type PolicyOperator = ByOperator & { readonly authorization?: Authorization | undefined };

export interface PoliciesChanged {
  readonly version: number;
  readonly changed: boolean;
  readonly state: PoliciesState;
}

export type ChangePolicies = ReturnType<typeof createChangePolicies>;

export function createChangePolicies(deps: ChangePoliciesDeps) {
  const { ledger, clock, sha256, defaults, schema, faultsOf } = deps;

  const change = (
    next: (state: PoliciesState) => { event?: PoliciesEvent; version: number; more?: (at: number) => Write },
  ): Promise<PoliciesChanged> =>
    retryOnConflict(clock, async () => {
      const standing = await ledger.loadState<PoliciesState>(POLICIES_AGGREGATE);
      const before = standing?.state ?? FIRST_POLICIES;
      const { event, version, more } = next(before);
      if (event === undefined) return { version, changed: false, state: before };
      const now = clock.now();
      const { write, state } = appendToPolicies(standing, event, now, sha256);
      await ledger.commit([write, ...(more ? [more(now)] : [])]);
      return { version, changed: true, state };
    });

  return {
    /** @throws HiveError POLICIES_INVALID (422) · POLICIES_TOO_LARGE (413) */
    async propose(set: PolicySet, operator: PolicyOperator): Promise<PoliciesChanged> {
      requireValid(set, faultsOf);
      const digest = policySetDigest(set, schema, sha256);
      return change((state) => {
        const last = state.versions.at(-1);
        if (last?.digest === digest && last.author === operator.by) return { version: last.version };
        const version = state.proposed + 1;
        const event = { type: 'PoliciesProposed' as const, version, digest, ...told(operator) };
        return { event, version, more: (at) => writePolicySet(version, set, at, sha256) };
      });
    },

    /** In force within seconds, everywhere. @throws HiveError POLICIES_UNKNOWN (404) · POLICIES_SUPERSEDED (409) · APPROVER_IS_AUTHOR (403) */
    approve(version: number, operator: PolicyOperator): Promise<PoliciesChanged> {
      return change((state) => {
        const known = versionOf(state, version) ?? unknown(version);
        if (known.approved_at !== undefined) {
          if (state.in_force === version) return { version };
          throw new HiveError(
            'POLICIES_SUPERSEDED',
            `Version ${version} was approved before, and is not in force: roll back to it.`,
            { status: 409 },
          );
        }
        const approvers = allNamesOf(operator.by);
        if (allNamesOf(known.author).some((name) => approvers.includes(name)))
          throw new HiveError('APPROVER_IS_AUTHOR', `${known.author} wrote version ${version}: another approves it.`, {
            status: 403,
          });
        return { event: { type: 'PoliciesApproved', version, ...told(operator) }, version };
      });
    },

    /** @param to absent: the one before. @throws HiveError POLICIES_UNKNOWN (404): it was never in force */
    rollBack(to: number | undefined, operator: PolicyOperator): Promise<PoliciesChanged> {
      return change((state) => {
        const version = to ?? state.before.at(-1) ?? unknown(undefined);
        if (version === state.in_force) return { version };
        if (!state.before.includes(version)) return unknown(version);
        return { event: { type: 'PoliciesRolledBack', from: state.in_force, to: version, ...told(operator) }, version };
      });
    },

    /** @param version absent: none is on trial any more. @throws HiveError POLICIES_UNKNOWN (404) */
    shadow(version: number | undefined, operator: PolicyOperator): Promise<PoliciesChanged> {
      return change((state) => {
        if (state.shadow === version) return { version: version ?? state.in_force };
        if (version !== undefined && (version < 0 || version > state.proposed)) return unknown(version);
        const event = {
          type: 'PoliciesShadowed' as const,
          ...(version !== undefined && { version }),
          ...told(operator),
        };
        return { event, version: version ?? state.in_force };
      });
    },

    list: async (): Promise<PoliciesState> => stateOf(await ledger.loadState<PoliciesState>(POLICIES_AGGREGATE)),

    /** @throws HiveError POLICIES_UNKNOWN (404) */
    async show(version: number): Promise<PolicySet> {
      if (version === 0) return defaults;
      return (await ledger.loadState<PolicySetState>(policySetAggregate(version)))?.state.set ?? unknown(version);
    },
  };
}

/** A session's name is chosen by who opens it: all sessions of a role are one. */
const allNamesOf = (by: string): string[] => [...namesOf(by), principalOf({ kind: 'iam', arn: by })];

const stateOf = (standing: Standing<PoliciesState> | undefined): PoliciesState => standing?.state ?? FIRST_POLICIES;

const told = ({ by, why, authorization }: PolicyOperator) => ({ by, why, ...(authorization && { authorization }) });

function unknown(version: number | undefined): never {
  const message =
    version === undefined
      ? 'No other version of the policies was in force before.'
      : `There is no version ${version} of the policies that this could be done to.`;
  throw new HiveError('POLICIES_UNKNOWN', message, { status: 404 });
}

function requireValid(set: PolicySet, faultsOf: ChangePoliciesDeps['faultsOf']): void {
  const bytes = jsonBytes(set);
  if (bytes > MAX_POLICY_SET_BYTES)
    throw new HiveError('POLICIES_TOO_LARGE', `The policies have ${bytes} bytes, at most ${MAX_POLICY_SET_BYTES}.`, {
      status: 413,
    });
  const faults = faultsOf(set);
  if (faults.length > 0)
    throw new HiveError('POLICIES_INVALID', `The policies do not fit the schema: ${faults.slice(0, 10).join('; ')}`, {
      status: 422,
      detail: { faults: faults.slice(0, 100) },
    });
}
