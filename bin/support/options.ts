/** Values of options: checked where they are read, with what would be right. */
import { InvalidArgumentError } from 'commander';

const whole = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new InvalidArgumentError(`give a whole number from ${min} to ${max}.`);
  return value;
};

export const port = whole(1, 65_535);
export const slots = whole(1, 100);
export const agents = whole(1, 100);
export const seconds = whole(1, 7 * 24 * 3600);
export const rows = whole(1, 10_000);
export const copies = whole(1, 10_000);
export const planningBudget = whole(1, 1_000_000);
export const seed = whole(0, 4_294_967_295);

/** A number of agents, or where they are described. */
export const agentsOrFile = (text: string): number | string => (/^\d+$/.test(text) ? whole(1, 10_000)(text) : text);

export function scale(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('give a number greater than 0, such as 0.001.');
  return value;
}

export function spread(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 5)) throw new InvalidArgumentError('give a number from 0 to 5.');
  return value;
}

export function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 10_080))
    throw new InvalidArgumentError('give minutes, from 0 to 10080 (a week).');
  return value;
}

export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('give a number from 0 to 1.');
  return value;
}

export function stage(text: string): string {
  if (!/^[a-z][a-z0-9]{0,15}$/.test(text)) throw new InvalidArgumentError('give 1-16 lower-case letters and digits.');
  return text;
}

export function capability(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$/.test(text))
    throw new InvalidArgumentError('give 1-64 of letters, digits and _ . : / -, starting with a letter or digit.');
  return text;
}

const MAX_PLAN_ID = 256;

export function planId(text: string): string {
  if (text.trim() === '' || text.length > MAX_PLAN_ID)
    throw new InvalidArgumentError(`give 1-${MAX_PLAN_ID} characters, not all of them spaces.`);
  return text;
}

export function agentId(text: string): string {
  if (!/^[A-Za-z0-9_-]{1,48}$/.test(text)) throw new InvalidArgumentError('give 1-48 of letters, digits, _ and -.');
  return text;
}

export function assetId(text: string): string {
  if (!/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(text))
    throw new InvalidArgumentError('give 1-63 of lower-case letters, digits, - and .; the first and last no - or .');
  return text;
}

/** As the Monitoring API takes a name: it is kept with every event that the person causes. */
export function operatorName(text: string): string {
  if (text.trim() === '' || text.length > 256 || !text.isWellFormed())
    throw new InvalidArgumentError('give 1-256 characters, not all of them spaces.');
  return text;
}

/** Why an operator does something: kept with the event. */
export function reason(text: string): string {
  if (text.trim() === '' || text.length > 1000 || !text.isWellFormed())
    throw new InvalidArgumentError('give 1-1000 characters, not all of them spaces.');
  return text;
}

/** `name=value`, given several times. */
export function member(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('give name=value.');
  return Object.fromEntries([...Object.entries(before), [text.slice(0, at), text.slice(at + 1)]]);
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** So long: `90m`, `2h`, `7d`. @returns ms */
export function span(text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Math.round(Number(amount) * (UNITS_MS[unit] ?? Number.NaN));
  if (!(ms > 0)) throw new InvalidArgumentError('give a length of time such as 90m or 2h (s, m, h, d).');
  return ms;
}

/** A date, and a time of day with or without its distance from UTC. */
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * A moment: ISO 8601 (UTC, unless it says otherwise), epoch ms, or so long ago (`-5m`).
 * @returns epoch ms, given what time it is now
 */
export function moment(text: string): (now: number) => number {
  const [, ago = '', unit = ''] = /^-(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const scale = UNITS_MS[unit];
  if (scale !== undefined) return (now) => now - Math.round(Number(ago) * scale);
  if (/^\d{12,14}$/.test(text)) return () => Number(text);
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`;
  const time = ISO.test(text) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError(
      'give a time such as 2026-06-01T12:00:00Z, epoch milliseconds, or -5m (s, m, h, d).',
    );
  return () => time;
}

/** For options that may be given several times. */
export const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string, before: readonly T[] = []): readonly T[] => [...before, parse(text)];

/** Repeated here so that help need not load the message schemas; a test keeps the two the same. */
export const STATUS_CHOICES = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'COMPENSATING', 'COMPENSATED'];

export function ticketStatus(text: string): string {
  const status = text.toUpperCase();
  if (!STATUS_CHOICES.includes(status)) throw new InvalidArgumentError(`give one of ${STATUS_CHOICES.join(', ')}.`);
  return status;
}

/** Epoch ms, as such or as ISO 8601 has it. */
export function instant(text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('give a time such as 2026-06-01T12:00:00Z, or epoch ms.');
  return value;
}
