/** What one can do with the catalogue, and what its parts have in common. */
import { HiveError } from '../errors.ts';
import type { AssetAnswer, AssetHistory, AssetPage, AssetView, PutAssetRequest } from '../messages/catalogue-api.ts';
import type { VerbRequest } from '../messages/monitoring-api.ts';
import { quoted } from '../plan/faults.ts';
import type { Authorization } from '../policy/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ByOperator } from '../ticket/events.ts';
import { assess } from './conformance.ts';
import type { CatalogueSettings } from './settings.ts';
import type { AssetState } from './state.ts';

export interface CatalogueDeps {
  readonly ledger: Pick<Ledger, 'loadState' | 'loadAggregate' | 'listStates' | 'commit'>;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly settings?: CatalogueSettings;
}

/** `by`: as the edge knows the caller; `authorization`: what allowed it, kept with the event. */
export type ByCaller<Request> = Request & { readonly by: string; readonly authorization?: Authorization | undefined };

export interface AssetFilter {
  readonly limit: number;
  /** the caller's: what none of them may use is left out; `*`: all */
  readonly tenants: readonly string[];
  readonly cursor?: string | undefined;
  readonly kind?: 'api' | 'data' | undefined;
  readonly status?: 'active' | 'retired' | undefined;
  readonly conforming?: boolean | undefined;
}

/** `tenants`: those that the caller is of; `*`: all */
export type PutBy = ByCaller<PutAssetRequest> & { readonly tenants: readonly string[] };

/** Each throws HiveError ASSET_UNKNOWN (404) for what is not catalogued. */
export interface Catalogue {
  /** In order of their ids. @throws HiveError CURSOR_INVALID (400) */
  readonly listAssets: (filter: AssetFilter) => Promise<AssetPage>;
  readonly getAsset: (id: string) => Promise<AssetView>;
  readonly assetHistory: (id: string) => Promise<AssetHistory>;
  /** @throws as createPutAsset */
  readonly putAsset: (id: string, request: PutBy) => Promise<AssetAnswer>;
  readonly retireAsset: (id: string, request: ByCaller<VerbRequest>) => Promise<AssetAnswer>;
}

export const unknownAsset = (id: string): HiveError =>
  new HiveError('ASSET_UNKNOWN', `No asset has the id ${quoted(id)}: put it, or import it.`, {
    status: 404,
    detail: { asset_id: id.slice(0, 256).toWellFormed() },
  });

/** Whom the ledger names: the caller as the edge knows it, and for whom it says to act. */
export function operatorIn({
  by,
  why,
  on_behalf_of,
  authorization,
}: ByCaller<VerbRequest>): ByOperator & { readonly authorization?: Authorization } {
  const who = on_behalf_of === undefined ? by : `${by} for ${on_behalf_of}`;
  return { by: who, why, ...(authorization && { authorization }) };
}

export const assessState = (state: AssetState, now: number, settings: CatalogueSettings) =>
  assess(state.asset, { now, reviewed_at: state.reviewed_at }, settings);

export const answerOf = (
  state: AssetState,
  changed: boolean,
  now: number,
  settings: CatalogueSettings,
): AssetAnswer => ({
  ...{ id: state.asset_id, phase: state.status, changed, revision: state.revision },
  conformance: assessState(state, now, settings),
});
