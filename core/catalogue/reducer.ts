/** An asset's state machine, pure: what may not happen is an error, never ignored. */
import { HiveError } from '../errors.ts';
import type { Recorded } from '../ledger/chain.ts';
import type { AssetEvent, AssetState } from './state.ts';

/** @throws HiveError ASSET_TRANSITION_INVALID (500), naming the asset's status and the event */
export function reduceAsset(
  before: AssetState | undefined,
  { event, at, version }: Pick<Recorded<AssetEvent>, 'event' | 'at' | 'version'>,
): AssetState {
  switch (event.type) {
    case 'AssetPut': {
      const revives = before?.status === 'retired';
      if (revives !== (event.revived === true)) return refuse(before, event);
      const { by, why } = event.operator;
      return {
        asset_id: event.asset.asset_id,
        status: 'active',
        asset: event.asset,
        revision: version,
        put: { at, by, why },
        reviewed_at: at,
        judgement: told(event),
        judged_at: at,
      };
    }
    case 'AssetReviewed':
      if (before?.status !== 'active') return refuse(before, event);
      return { ...before, revision: version, reviewed_at: at, judgement: told(event), judged_at: at };
    case 'AssetRetired': {
      if (before?.status !== 'active') return refuse(before, event);
      const { by, why } = event.operator;
      return { ...before, status: 'retired', revision: version, retired: { at, by, why } };
    }
    case 'AssetAudited':
    case 'AssetConforming':
    case 'AssetNonConforming':
      if (before?.status !== 'active') return refuse(before, event);
      return { ...before, revision: version, judgement: told(event), judged_at: at };
  }
}

const told = ({ judgement }: Extract<AssetEvent, { judgement: unknown }>): AssetState['judgement'] => ({
  ...judgement,
  findings: [...judgement.findings],
});

function refuse(state: AssetState | undefined, event: AssetEvent): never {
  const status = state?.status ?? 'not in the catalogue';
  throw new HiveError('ASSET_TRANSITION_INVALID', `An asset that is ${status} cannot take ${event.type}.`, {
    status: 500,
    detail: { asset_id: state?.asset_id, status, event: event.type },
  });
}
