/** The catalogue as people and programs look at it. Judged by the rules in force when it is read. */
import { HiveError } from '../errors.ts';
import { assetAggregate } from '../ledger/aggregate.ts';
import type { Recorded } from '../ledger/chain.ts';
import type { AssetRevision, AssetSummary, AssetView } from '../messages/catalogue-api.ts';
import { assessState, type Catalogue, type CatalogueDeps, unknownAsset } from './catalogue.ts';
import { CATALOGUE, type CatalogueSettings } from './settings.ts';
import { ASSETS, type AssetEvent, type AssetState } from './state.ts';
import { mayUse } from './usable.ts';

export function createReadAssets({
  ledger,
  clock,
  settings = CATALOGUE,
}: Pick<CatalogueDeps, 'ledger' | 'clock' | 'settings'>): Pick<Catalogue, 'listAssets' | 'getAsset' | 'assetHistory'> {
  return {
    async listAssets({ limit, tenants, cursor, kind, status, conforming }) {
      const after = cursor === undefined ? '' : idIn(cursor);
      const states = await ledger.listStates<AssetState>(ASSETS, settings.max_assets);
      const now = clock.now();
      const all = states
        .filter((state) => state.asset_id > after && isSeenBy(state, tenants))
        .sort((a, b) => (a.asset_id < b.asset_id ? -1 : 1))
        .map((state) => summaryOf(state, now, settings))
        .filter((of) => (kind === undefined || of.kind === kind) && (status === undefined || of.status === status))
        .filter((of) => conforming === undefined || of.conforming === conforming);
      const items = all.slice(0, limit);
      const last = items.at(-1);
      return { items, ...(all.length > limit && last && { next_cursor: `${CURSOR}${last.asset_id}` }) };
    },

    async getAsset(id) {
      const found = await ledger.loadState<AssetState>(assetAggregate(id));
      if (found === undefined) throw unknownAsset(id);
      return viewOf(found.state, clock.now(), settings);
    },

    async assetHistory(id) {
      const found = await ledger.loadAggregate<AssetEvent, AssetState>(assetAggregate(id));
      if (found === undefined) throw unknownAsset(id);
      return { asset_id: id, revisions: found.records.map(revisionOf) };
    },
  };
}

const isSeenBy = (state: AssetState, tenants: readonly string[]): boolean =>
  tenants.includes('*') || tenants.some((tenant) => mayUse(state, tenant));

const CURSOR = 'after:';
function idIn(cursor: string): string {
  if (cursor.startsWith(CURSOR)) return cursor.slice(CURSOR.length);
  throw new HiveError('CURSOR_INVALID', 'The cursor is none that was given out: begin without one.', { status: 400 });
}

export function summaryOf(state: AssetState, now: number, settings: CatalogueSettings): AssetSummary {
  const { asset_id, status, asset, reviewed_at } = state;
  const { kind, tenant_id, owner, classification, version } = asset;
  const { score, conforming, findings_total } = assessState(state, now, settings);
  return {
    ...{ asset_id, kind, status, tenant_id, owner, classification, version },
    ...{ score, conforming, findings: findings_total, reviewed_at },
  };
}

export function viewOf(state: AssetState, now: number, settings: CatalogueSettings): AssetView {
  const { asset, status, revision, put, reviewed_at, retired, judgement, judged_at } = state;
  return {
    ...{ asset, status, revision, put, reviewed_at, retired },
    conformance: assessState(state, now, settings),
    audited: { at: judged_at, score: judgement.score, conforming: judgement.conforming },
  };
}

function revisionOf({ version, at, event }: Recorded<AssetEvent>): AssetRevision {
  return {
    ...{ revision: version, at, event: event.type },
    ...('operator' in event && { by: event.operator.by, why: event.operator.why }),
    ...('judgement' in event && { score: event.judgement.score, conforming: event.judgement.conforming }),
    ...(event.type === 'AssetPut' && { asset: event.asset, version: event.asset.version }),
  };
}
