/** Values as DynamoDB keeps them: copied in, absent members left out, and what it would refuse refused. */

/** DynamoDB's limits: nesting levels, and the bytes of a member's name. */
const MAX_DEPTH = 32;
const MAX_NAME_BYTES = 65_535;
const MIN_MAGNITUDE = 1e-130;
const MAX_DIGITS = 38;

/** A value as the table keeps it, and its bytes as DynamoDB counts them. */
export interface Kept {
  readonly value: unknown;
  readonly bytes: number;
}

/**
 * A deep copy without absent members, frozen, so that nobody has a way to change what is kept.
 *
 * Bytes as in the developer guide, "DynamoDB item sizes and formats": text in UTF-8, a number about a byte for two digits,
 * 3 for a list or map and 1 for each of its members.
 * @throws TypeError or RangeError for what a DynamoDB item cannot hold
 */
export function keep(value: unknown, depth = 0): Kept {
  if (depth > MAX_DEPTH) throw new RangeError(`nested over ${MAX_DEPTH} levels`);
  switch (typeof value) {
    case 'boolean':
      return { value, bytes: 1 };
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('half a surrogate pair has no UTF-8');
      return { value, bytes: Buffer.byteLength(value) };
    case 'number':
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw new RangeError(`${value} is no number of the table`);
      if (value !== 0 && Math.abs(value) < MIN_MAGNITUDE) throw new RangeError(`${value} is too close to 0`);
      return { value: value === 0 ? 0 : value, bytes: Math.ceil(String(value).replace(/\D/g, '').length / 2) + 2 };
    case 'bigint': {
      const digits = String(value < 0n ? -value : value).length;
      if (digits > MAX_DIGITS) throw new RangeError(`a number of ${digits} digits`);
      return { value, bytes: Math.ceil(digits / 2) + 2 };
    }
    case 'object':
      if (value === null) return { value, bytes: 1 };
      return Array.isArray(value) ? keepList(value, depth) : keepMap(value, depth);
    default:
      throw new TypeError(`a ${typeof value} cannot be kept`);
  }
}

function keepList(list: readonly unknown[], depth: number): Kept {
  let bytes = 3;
  const own = list.map((item) => {
    const member = keep(item, depth + 1);
    bytes += 1 + member.bytes;
    return member.value;
  });
  return { value: Object.freeze(own), bytes };
}

function keepMap(map: object, depth: number): Kept {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('only plain objects can be kept');
  const own: Record<string, unknown> = {};
  let bytes = 3;
  for (const name of Object.keys(map)) {
    const member = (map as Record<string, unknown>)[name];
    if (member === undefined) continue;
    const nameBytes = Buffer.byteLength(name);
    if (nameBytes === 0 || nameBytes > MAX_NAME_BYTES) throw new RangeError(`a member's name of ${nameBytes} bytes`);
    const kept = keep(member, depth + 1);
    bytes += 1 + nameBytes + kept.bytes;
    // An assignment to this one name would set the prototype.
    if (name === '__proto__') Object.defineProperty(own, name, { value: kept.value, enumerable: true });
    else own[name] = kept.value;
  }
  return { value: Object.freeze(own), bytes };
}

/** As UTF-8 sorts: by code points, which UTF-16 does too unless there are surrogates. */
export function compareUtf8(a: string, b: string): number {
  if (SURROGATES.test(a) || SURROGATES.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Half of a pair sorts before U+E000 in UTF-16, and behind it in UTF-8. */
const SURROGATES = /[\ud800-\udfff]/;
