/** Values as DynamoDB keeps them: copied in and out, absent members left out, and what it would refuse refused. */

/** DynamoDB's limits: nesting levels, and the bytes of a member's name. */
const MAX_DEPTH = 32;
const MAX_NAME_BYTES = 65_535;
const MIN_MAGNITUDE = 1e-130;

/** A deep copy without absent members. @throws TypeError or RangeError for what a DynamoDB item cannot hold */
export function copyIn(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new RangeError(`nested over ${MAX_DEPTH} levels`);
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('half a surrogate pair has no UTF-8');
      return value;
    case 'number':
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw new RangeError(`${value} is no number of the table`);
      if (value !== 0 && Math.abs(value) < MIN_MAGNITUDE) throw new RangeError(`${value} is too close to 0`);
      return value === 0 ? 0 : value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map((item) => copyIn(item, depth + 1));
      return copyMap(value, depth);
    default:
      throw new TypeError(`a ${typeof value} cannot be kept`);
  }
}

function copyMap(map: object, depth: number): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('only plain objects can be kept');
  const members = Object.entries(map).filter(([, member]) => member !== undefined);
  for (const [name] of members) {
    const bytes = Buffer.byteLength(name);
    if (bytes === 0 || bytes > MAX_NAME_BYTES) throw new RangeError(`a member's name of ${bytes} bytes`);
  }
  return Object.fromEntries(members.map(([name, member]) => [name, copyIn(member, depth + 1)]));
}

/** A copy that its reader may change. */
export const copyOut = <T>(value: T): T => structuredClone(value);

/**
 * Bytes of an item's value as DynamoDB counts them (developer guide, "DynamoDB item sizes and formats"): text in UTF-8,
 * a number about a byte for two digits, 3 for a list or map and 1 for each of its members.
 */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).replace(/\D/g, '').length / 2) + 2;
  if (value === null || typeof value !== 'object') return 1;
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, item) => sum + 1 + sizeOf(item), 0);
  return (
    3 + Object.entries(value).reduce((sum, [name, member]) => sum + 1 + Buffer.byteLength(name) + sizeOf(member), 0)
  );
}
