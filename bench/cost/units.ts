/** From bytes to billed units, after the services' own rules. */

const KB = 1024;
const begun = (bytes: number, unit: number): number => Math.max(1, Math.ceil(bytes / unit));

/**
 * Bytes of an item or of a value in it (developer guide, "DynamoDB item sizes and formats"): text in UTF-8, names too; a
 * number 1 byte and 1 for every two significant digits; a list, map or set 3, and 1 for each of its members.
 */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number' || typeof value === 'bigint') return 1 + Math.ceil(significantDigits(value) / 2);
  if (value instanceof Uint8Array) return value.byteLength;
  if (value === null || typeof value !== 'object') return 1;
  if (Array.isArray(value) || value instanceof Set)
    return 3 + [...value].reduce<number>((sum, item) => sum + 1 + bytesOf(item), 0);
  return (
    3 + Object.entries(value).reduce((sum, [name, member]) => sum + 1 + Buffer.byteLength(name) + bytesOf(member), 0)
  );
}

/** An item is its attributes: names and values, without the overhead that a map inside has. */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value), 0);

function significantDigits(value: number | bigint): number {
  const digits = String(value).replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.max(1, digits.length);
}

/** A write is paid for the larger of the item before and after, each KB begun; in a transaction twice. */
export const writeUnits = (before: number, after: number, transactional: boolean): number =>
  begun(Math.max(before, after), KB) * (transactional ? 2 : 1);

/** Each 4 KB begun: one unit when strongly consistent, half a unit when eventually. */
export const readUnits = (bytes: number, consistent: boolean): number => begun(bytes, 4 * KB) * (consistent ? 1 : 0.5);

/** An SQS request and an EventBridge event are one for each 64 KB begun. */
export const chunksOf64Kb = (bytes: number): number => begun(bytes, 64 * KB);

/** Lambda bills whole milliseconds of the memory that a function has. */
export const gbSeconds = (memoryMb: number, durationMs: number): number =>
  (memoryMb / KB) * (Math.ceil(durationMs) / 1000);
