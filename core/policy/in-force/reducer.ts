/** The state machine of the policies in force, pure: what does not follow is an error, never ignored. */
import { HiveError } from '../../errors.ts';
import type { Recorded } from '../../ledger/chain.ts';
import { FIRST_POLICIES, type PoliciesEvent, type PoliciesState, versionOf } from './state.ts';

/** Versions that are told of; the sets of those before are kept. */
const MAX_VERSIONS = 200;
const MAX_BEFORE = 50;

/** @throws HiveError POLICIES_TRANSITION_INVALID (500) */
export function reducePolicies(
  before: PoliciesState | undefined,
  { event, at }: Pick<Recorded<PoliciesEvent>, 'event' | 'at'>,
): PoliciesState {
  const state = before ?? FIRST_POLICIES;
  switch (event.type) {
    case 'PoliciesProposed': {
      if (event.version !== state.proposed + 1) return refuse(event);
      const { version, digest, by, why } = event;
      const proposed = { version, digest, author: by, why, proposed_at: at };
      return { ...state, proposed: version, versions: [...state.versions, proposed].slice(-MAX_VERSIONS) };
    }
    case 'PoliciesApproved': {
      const { version, by } = event;
      const known = versionOf(state, version);
      if (known === undefined || known.approved_at !== undefined || known.author === by) return refuse(event);
      const approved = { ...known, approved_by: by, approved_at: at };
      const versions = state.versions.map((one) => (one === known ? approved : one));
      return { ...replace(state, version), versions };
    }
    case 'PoliciesRolledBack': {
      const { from, to } = event;
      if (from !== state.in_force || to === from || !state.before.includes(to)) return refuse(event);
      return replace(state, to);
    }
    case 'PoliciesShadowed': {
      const { shadow: _, ...rest } = state;
      if (event.version === undefined) return rest;
      return event.version <= state.proposed ? { ...rest, shadow: event.version } : refuse(event);
    }
  }
}

const replace = (state: PoliciesState, version: number): PoliciesState => ({
  ...state,
  in_force: version,
  before: [...state.before.filter((one) => one !== version), state.in_force].slice(-MAX_BEFORE),
});

function refuse(event: PoliciesEvent): never {
  throw new HiveError('POLICIES_TRANSITION_INVALID', `The policies cannot take ${event.type} as they stand.`, {
    status: 500,
    detail: { event: event.type },
  });
}
