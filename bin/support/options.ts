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

export function scale(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('give a number greater than 0, such as 0.001.');
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

/** As the Monitoring API takes a name: it is kept with every event that the person causes. */
export function operatorName(text: string): string {
  if (text.trim() === '' || text.length > 256 || !text.isWellFormed())
    throw new InvalidArgumentError('give 1-256 characters, not all of them spaces.');
  return text;
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
