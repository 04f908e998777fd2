/**
 * An asset of the catalogue as an event-sourced aggregate.
 *
 *   put ─▶ active ─▶ retired        put again it is active again; reviewed and audited as it stands
 */
import type { Asset, AssetFinding, Conformance } from '../messages/catalogue-api.ts';
import type { Authorization } from '../policy/decision.ts';
import type { ByOperator } from '../ticket/events.ts';

type Operator = ByOperator & { readonly authorization?: Authorization };

/** How an asset was judged when it was recorded; `findings`: as many as are told. */
export interface Judgement {
  readonly score: number;
  readonly conforming: boolean;
  readonly findings: readonly AssetFinding[];
  readonly findings_total: number;
}

export type AssetEvent =
  /** `revived`: it was retired before */
  | {
      readonly type: 'AssetPut';
      readonly asset: Asset;
      readonly judgement: Judgement;
      readonly operator: Operator;
      readonly revived?: true;
    }
  /** Somebody says that it is right as it stands. */
  | { readonly type: 'AssetReviewed'; readonly judgement: Judgement; readonly operator: Operator }
  | { readonly type: 'AssetRetired'; readonly operator: Operator }
  /** The audit finds something else than was recorded last, and what may be called stays the same. */
  | { readonly type: 'AssetAudited'; readonly judgement: Judgement }
  /** From now on it is called, or is not: told by the audit, or together with the change that made it so. */
  | { readonly type: 'AssetConforming'; readonly judgement: Judgement }
  | { readonly type: 'AssetNonConforming'; readonly judgement: Judgement };

interface Act extends ByOperator {
  /** epoch ms */
  readonly at: number;
}

/** Times are epoch ms. */
export interface AssetState {
  readonly asset_id: string;
  readonly status: 'active' | 'retired';
  readonly asset: Asset;
  /** events so far */
  readonly revision: number;
  readonly put: Act;
  readonly reviewed_at: number;
  readonly retired?: Act;
  readonly judgement: Conformance;
  readonly judged_at: number;
}

/** Where `listStates` finds all of them. */
export const ASSETS = 'ASSETS';
