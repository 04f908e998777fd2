/** Arrivals a minute of pools as they may be, over days: rates are known, counts are drawn. */
import { drawNormal } from '../../core/trail/draw.ts';

export interface Trace {
  readonly name: string;
  /** expected arrivals in the minute, of all that was decided before chance */
  readonly rate: (minute: number) => number;
}

const DAY = 1440;
const course = (minute: number, depth: number) => 1 + depth * Math.sin((2 * Math.PI * (minute - 540)) / DAY);

/** @param random decides when bursts come */
export function traces(days: number, random: () => number): Trace[] {
  const bursts = Array.from({ length: days * 3 }, () => Math.floor(random() * days * DAY));
  return [
    { name: 'steady', rate: () => 5 },
    { name: 'day', rate: (minute) => 6 * course(minute, 0.9) },
    { name: 'day, busy', rate: (minute) => 120 * course(minute, 0.8) },
    { name: 'office hours', rate: (minute) => (minute % DAY >= 540 && minute % DAY < 1020 ? 20 : 0.2) },
    { name: 'trend', rate: (minute) => 2 + (8 * minute) / (days * DAY) },
    {
      name: 'day and bursts',
      rate: (minute) =>
        8 * course(minute, 0.7) + 40 * bursts.filter((begin) => minute >= begin && minute < begin + 20).length,
    },
    { name: 'seldom', rate: () => 0.03 },
  ];
}

/** Poisson: Knuth's for small means, a rounded normal for large ones. */
export function drawPoisson(mean: number, random: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}
