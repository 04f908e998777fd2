/** The standard normal distribution beyond what trails need of it. */
import { drawNormal } from '../trail/draw.ts';
import { normalQuantile } from '../trail/quantile.ts';

/** Φ to 7.5e-8 (Abramowitz & Stegun, "Handbook of Mathematical Functions", 1964, 26.2.17). */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804014327 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** Beyond this the tail is drawn as an exponential, which it then is within 6 %. */
const FAR = 4;
/** Below this nearly all of the distribution is above. */
const ALL = -6;

/** A normal that is known to be over `from`, as far out as that may be. @param random uniform in [0, 1) */
export function drawNormalAbove(from: number, random: () => number): number {
  if (from < ALL) return Math.max(from, drawNormal(random));
  const uniform = 1 - random();
  if (from > FAR) return from - Math.log(uniform) / from;
  // Of the mass above `from`, so much lies above what is drawn.
  const above = uniform * normalCdf(-from);
  return Math.max(from, above >= 1 ? ALL : -normalQuantile(above));
}
