/** How good predictions were, once it is known what happened. */

export interface Judged {
  /** 0–1 */
  readonly predicted: number;
  readonly happened: boolean;
}

export interface ReliabilityBin {
  /** predictions in [from, to), in the last bin to is among them */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** means of the bin; absent where it is empty */
  readonly predicted?: number;
  readonly happened?: number;
}

export interface Calibration {
  readonly count: number;
  /** share that happened */
  readonly base_rate: number;
  /** mean squared error of the probabilities, 0 is best (Brier, "Verification of Forecasts Expressed in Terms of Probability", 1950) */
  readonly brier: number;
  /** what always saying the base rate would have scored: the uncertainty of what was to be predicted */
  readonly uncertainty: number;
  /** how far the bins' predictions are from what happened: 0 is best */
  readonly reliability: number;
  /** how far what happened in the bins is from the base rate: the more the better */
  readonly resolution: number;
  /** 1 − brier ÷ uncertainty: 1 is best, 0 no better than the base rate; absent where all happened or nothing did */
  readonly skill?: number;
  readonly bins: readonly ReliabilityBin[];
}

const BINS = 10;

/**
 * The score with its parts, by deciles of the probability: brier = reliability − resolution + uncertainty (Murphy, "A New
 * Vector Partition of the Probability Score", 1973), but for what predictions differ within a bin (Stephenson, Coelho &
 * Jolliffe, 2008).
 * @returns undefined where there is nothing to judge
 */
export function calibrationOf(judged: readonly Judged[]): Calibration | undefined {
  const count = judged.length;
  if (count === 0) return undefined;
  const base_rate = share(judged);
  const binOf = ({ predicted }: Judged) => Math.min(BINS - 1, Math.floor(predicted * BINS));
  const bins = Array.from({ length: BINS }, (_, bin): ReliabilityBin => {
    const own = judged.filter((one) => binOf(one) === bin);
    const of = { from: bin / BINS, to: (bin + 1) / BINS, count: own.length };
    return own.length === 0
      ? of
      : { ...of, predicted: mean(own.map(({ predicted }) => predicted)), happened: share(own) };
  });
  const weighted = (of: (bin: Required<ReliabilityBin>) => number) =>
    bins.reduce((sum, bin) => sum + (bin.count === 0 ? 0 : bin.count * of(bin as Required<ReliabilityBin>)), 0) / count;
  const brier = mean(judged.map(({ predicted, happened }) => (predicted - (happened ? 1 : 0)) ** 2));
  const uncertainty = base_rate * (1 - base_rate);
  return {
    ...{ count, base_rate, brier, uncertainty, bins },
    reliability: weighted(({ predicted, happened }) => (predicted - happened) ** 2),
    resolution: weighted(({ happened }) => (happened - base_rate) ** 2),
    ...(uncertainty > 0 ? { skill: 1 - brier / uncertainty } : {}),
  };
}

/** A duration, with what it was predicted to stay below. */
export interface Covered {
  readonly actual_ms: number;
  readonly p50_ms: number;
  readonly p90_ms: number;
}

/** Shares of durations at or below their predicted quantiles: near 0.5 and 0.9 where the predictions are good. */
export function coverageOf(durations: readonly Covered[]): { count: number; p50: number; p90: number } | undefined {
  const count = durations.length;
  if (count === 0) return undefined;
  const below = (quantileOf: (one: Covered) => number) =>
    durations.filter((one) => one.actual_ms <= quantileOf(one)).length / count;
  return { count, p50: below(({ p50_ms }) => p50_ms), p90: below(({ p90_ms }) => p90_ms) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (judged: readonly Judged[]): number => judged.filter(({ happened }) => happened).length / judged.length;
