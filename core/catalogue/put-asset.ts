/** An asset is catalogued, or what is catalogued of it is replaced. */
import { seesTenant } from '../access/tenants.ts';
import { HiveError } from '../errors.ts';
import { jsonBytes } from '../json-bytes.ts';
import { assetAggregate } from '../ledger/aggregate.ts';
import { canonicalJson } from '../ledger/canonical.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import { type Asset, type AssetAnswer, MAX_ASSET_BYTES } from '../messages/catalogue-api.ts';
import { appendToAsset } from './append.ts';
import { answerOf, type CatalogueDeps, operatorIn, type PutBy } from './catalogue.ts';
import { assess } from './conformance.ts';
import { contractChanges, versionNumber } from './contract-changes.ts';
import { CATALOGUE } from './settings.ts';
import type { AssetEvent, AssetState } from './state.ts';
import { turnOf } from './turn.ts';

/**
 * The same content again changes nothing, so it may be sent as often as one likes; whoever loses a race reads again, and
 * may then be refused. With `reviewed` a review is recorded. A retired asset that is put is active again.
 * @throws HiveError ASSET_BEYOND_TENANTS (403) · ASSET_ID_DIFFERS (400) · ASSET_TOO_LARGE (413) · ASSET_KIND_FIXED, ASSET_OF_ANOTHER_TENANT,
 *   ASSET_VERSION_BACK, ASSET_VERSION_NEEDED (409)
 */
export function createPutAsset({ ledger, clock, sha256, settings = CATALOGUE }: CatalogueDeps) {
  return async (id: string, { asset, reviewed, tenants, ...request }: PutBy): Promise<AssetAnswer> => {
    requireOwn(asset, tenants);
    if (asset.asset_id !== id)
      throw new HiveError('ASSET_ID_DIFFERS', `The asset names itself ${asset.asset_id}, its address says otherwise.`, {
        detail: { asset_id: asset.asset_id },
      });
    const bytes = jsonBytes(asset);
    if (bytes > MAX_ASSET_BYTES)
      throw new HiveError(
        'ASSET_TOO_LARGE',
        `The asset has ${bytes} bytes as JSON, at most ${MAX_ASSET_BYTES} are taken: split it.`,
        { status: 413, detail: { asset_id: id, bytes } },
      );
    const operator = operatorIn(request);
    return retryOnConflict(clock, async () => {
      const before = await ledger.loadState<AssetState>(assetAggregate(id));
      const { state } = before ?? {};
      const now = clock.now();
      const same =
        state?.status === 'active' && canonicalJson(state.asset) === canonicalJson(asset) ? state : undefined;
      if (same !== undefined && !reviewed) return answerOf(same, false, now, settings);
      if (state !== undefined && same === undefined) requireFit(state, asset);
      const judgement = assess(asset, { now, reviewed_at: now }, settings);
      const event: AssetEvent =
        same !== undefined
          ? { type: 'AssetReviewed', judgement, operator }
          : { type: 'AssetPut', asset, judgement, operator, ...(state?.status === 'retired' && { revived: true }) };
      // What is new in the catalogue is not called yet: that it conforms is no turn, that it does not is told.
      const called = state?.status === 'active' ? state.judgement.conforming : true;
      const next = appendToAsset(id, before, [event, ...turnOf(called, judgement)], now, sha256);
      await ledger.commit([next.write]);
      return answerOf(next.state, true, now, settings);
    });
  };
}

/** The policies know whose what is catalogued is; whose it is to be, they are not asked. */
function requireOwn({ asset_id, tenant_id }: Asset, tenants: readonly string[]): void {
  if (seesTenant(tenants, tenant_id)) return;
  throw new HiveError(
    'ASSET_BEYOND_TENANTS',
    `${asset_id} would be of a tenant that is not yours: give it one of yours.`,
    {
      status: 403,
      detail: { asset_id, tenant_id },
    },
  );
}

function requireFit({ asset: before }: AssetState, after: Asset): void {
  const detail = { asset_id: after.asset_id };
  const refuse = (code: string, message: string, more = {}): never => {
    throw new HiveError(code, message, { status: 409, detail: { ...detail, ...more } });
  };
  if (before.kind !== after.kind)
    refuse('ASSET_KIND_FIXED', `${after.asset_id} is catalogued as ${before.kind}: give the other one another name.`);
  if (before.tenant_id !== after.tenant_id)
    refuse('ASSET_OF_ANOTHER_TENANT', `${after.asset_id} is another tenant's: give yours another name.`);
  if (before.kind !== 'api' || after.kind !== 'api') return;
  const [was, is] = [versionNumber(before.version), versionNumber(after.version)];
  if (is < was)
    refuse(
      'ASSET_VERSION_BACK',
      `${after.asset_id} is at ${before.version} and cannot go back to ${after.version ?? 'none'}: give it v${was + 1}.`,
    );
  const changes = is > was ? [] : contractChanges(before, after);
  if (changes.length > 0)
    refuse(
      'ASSET_VERSION_NEEDED',
      `${after.asset_id} changes what its callers rely on: ${told(changes)}. Give it version v${Math.max(was, 0) + 1}.`,
      { changes: changes.slice(0, MAX_TOLD) },
    );
}

const MAX_TOLD = 20;
const told = (changes: readonly string[]): string =>
  [...changes.slice(0, 3), ...(changes.length > 3 ? [`and ${changes.length - 3} more`] : [])].join('; ');
