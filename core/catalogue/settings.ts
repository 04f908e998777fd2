/** By what the catalogue judges and how much it takes. */
import type { Classification } from '../messages/catalogue-api.ts';

export interface CatalogueSettings {
  /** An asset conforms from this score on, 0-100, where no finding is an error. */
  readonly least_score: number;
  /** A review is overdue so long after the last one, ms. */
  readonly review_within_ms: number;
  /** Data may be kept so long, days, by classification: the more secret, the shorter. */
  readonly longest_retention_d: Readonly<Record<Classification, number>>;
  /** Findings that are told of an asset; the others are counted. */
  readonly max_findings: number;
  /** Assets that are listed and audited. */
  readonly max_assets: number;
  /** How old what is known of an asset may be when a ticket is dispatched, ms. */
  readonly cache_ms: number;
}

const DAY_MS = 86_400_000;

export const CATALOGUE: CatalogueSettings = {
  least_score: 80,
  review_within_ms: 180 * DAY_MS,
  longest_retention_d: { public: 36_500, internal: 3650, confidential: 2555, restricted: 1825 },
  max_findings: 100,
  max_assets: 10_000,
  cache_ms: 5000,
};
