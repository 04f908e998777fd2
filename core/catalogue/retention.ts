/** How long data is kept: `90d`, `6m`, `1y`. */

const DAYS = { d: 1, m: 30, y: 365 } as const;

/** @returns days (a month has 30, a year 365); undefined where it is not a number and d, m or y */
export function retentionDays(policy: string): number | undefined {
  const [, amount, unit] = /^([0-9]+)([dmy])$/.exec(policy) ?? [];
  return amount === undefined ? undefined : Number(amount) * DAYS[unit as keyof typeof DAYS];
}
