/**
 * Which policies hold now, as the ledger says, read again when older than five seconds. Whoever asks while it cannot be
 * read is allowed nothing: yesterday's policies are no policies.
 */
import { HiveError } from '../../errors.ts';
import { POLICIES_AGGREGATE, policySetAggregate } from '../../ledger/aggregate.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { PoliciesInForce, PolicyEngine } from '../../ports/policies.ts';
import type { PolicySet } from '../policy-set.ts';
import { FIRST_POLICIES, type PoliciesState, type PolicySetState } from './state.ts';

const READ_EVERY_MS = 5000;
/** Engines that are kept: those in force, on trial, and of before. */
const MAX_ENGINES = 4;

export interface PoliciesInForceDeps {
  ledger: Pick<Ledger, 'loadState'>;
  clock: Pick<Clock, 'now'>;
  /** of the set that comes with the code */
  defaults: PolicySet;
  engineOf: (set: PolicySet) => PolicyEngine;
}

type InForce = Awaited<ReturnType<PoliciesInForce['current']>>;

export function createPoliciesInForce({ ledger, clock, defaults, engineOf }: PoliciesInForceDeps): PoliciesInForce {
  const engines = new Map<number, PolicyEngine>();
  let read: { readonly at: number; readonly found: Promise<InForce> } | undefined;

  async function engineAt(version: number): Promise<PolicyEngine> {
    const known = engines.get(version);
    if (known !== undefined) return known;
    const engine = engineOf(version === 0 ? defaults : await setOf(version));
    const [oldest] = engines.keys();
    if (engines.size >= MAX_ENGINES && oldest !== undefined) engines.delete(oldest);
    // A version is written once: what was made of it stays right.
    engines.set(version, engine);
    return engine;
  }

  async function setOf(version: number): Promise<PolicySet> {
    const standing = await ledger.loadState<PolicySetState>(policySetAggregate(version));
    if (standing === undefined) throw new Error(`there is no version ${version} of the policies`);
    return standing.state.set;
  }

  async function load(): Promise<InForce> {
    const standing = await ledger.loadState<PoliciesState>(POLICIES_AGGREGATE);
    const { in_force, shadow } = standing?.state ?? FIRST_POLICIES;
    const engine = await engineAt(in_force);
    if (shadow === undefined || shadow === in_force) return { engine };
    // What is only on trial stops nothing.
    const tried = await engineAt(shadow).catch(() => undefined);
    return { engine, ...(tried && { shadow: tried }) };
  }

  return {
    async current() {
      const now = clock.now();
      if (read === undefined || now - read.at >= READ_EVERY_MS) read = { at: now, found: load() };
      const mine = read;
      try {
        return await mine.found;
      } catch (cause) {
        // The next one reads again.
        if (read === mine) read = undefined;
        throw new HiveError('POLICIES_UNAVAILABLE', 'The policies in force cannot be read: call again soon.', {
          status: 503,
          cause,
        });
      }
    },
  };
}
