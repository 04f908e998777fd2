/** Values as DynamoDB keeps them: copied in, absent members left out, and what it would refuse refused. */

/** DynamoDB's limits: nesting levels, and the bytes of a member's name. */
const MAX_DEPTH = 32;
const MAX_NAME_BYTES = 65_535;
const MIN_MAGNITUDE = 1e-130;

interface Kept {
  /** levels of maps and lists, this one included */
  readonly depth: number;
  bytes?: number;
}

/** What is kept already: frozen to the bottom, so it need not be copied or measured again. */
const kept = new WeakMap<object, Kept>();

/**
 * A deep copy without absent members, frozen, so that nobody has a way to change what is kept.
 * @throws TypeError or RangeError for what a DynamoDB item cannot hold
 */
export function keep(value: unknown, depth = 0): unknown {
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
    case 'object': {
      if (value === null) return null;
      const known = kept.get(value);
      if (known !== undefined && known.depth + depth <= MAX_DEPTH) return value;
      const own = Array.isArray(value) ? value.map((item) => keep(item, depth + 1)) : keepMap(value, depth);
      kept.set(Object.freeze(own), { depth: 1 + depthOf(Array.isArray(own) ? own : Object.values(own)) });
      return own;
    }
    default:
      throw new TypeError(`a ${typeof value} cannot be kept`);
  }
}

function keepMap(map: object, depth: number): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('only plain objects can be kept');
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(map)) {
    const member = (map as Record<string, unknown>)[name];
    if (member === undefined) continue;
    const bytes = Buffer.byteLength(name);
    if (bytes === 0 || bytes > MAX_NAME_BYTES) throw new RangeError(`a member's name of ${bytes} bytes`);
    const value = keep(member, depth + 1);
    // An assignment to this one name would set the prototype.
    if (name === '__proto__') Object.defineProperty(own, name, { value, enumerable: true });
    else own[name] = value;
  }
  return own;
}

function depthOf(members: readonly unknown[]): number {
  let deepest = 0;
  for (const member of members)
    if (member !== null && typeof member === 'object') deepest = Math.max(deepest, kept.get(member)?.depth ?? 0);
  return deepest;
}

/** As UTF-8 sorts: by code points, which UTF-16 does too unless there are surrogates. */
export function compareUtf8(a: string, b: string): number {
  if (SURROGATES.test(a) || SURROGATES.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Half of a pair sorts before U+E000 in UTF-16, and behind it in UTF-8. */
const SURROGATES = /[\ud800-\udfff]/;

/**
 * Bytes of an item's value as DynamoDB counts them (developer guide, "DynamoDB item sizes and formats"): text in UTF-8,
 * a number about a byte for two digits, 3 for a list or map and 1 for each of its members.
 */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).replace(/\D/g, '').length / 2) + 2;
  if (value === null || typeof value !== 'object') return 1;
  const known = kept.get(value);
  if (known?.bytes !== undefined) return known.bytes;
  let size = 3;
  if (Array.isArray(value)) for (const item of value) size += 1 + sizeOf(item);
  else for (const name of Object.keys(value)) size += 1 + Buffer.byteLength(name) + sizeOf((value as Members)[name]);
  if (known !== undefined) known.bytes = size;
  return size;
}

type Members = Readonly<Record<string, unknown>>;
