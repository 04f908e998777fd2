/**
 * Many small numbers in few bytes: each in the same count of bits, and those that do not fit behind them (patched frame of
 * reference, Zukowski et al. 2006, without the frame). A ticket's version is mostly below 8: three bits a ticket.
 */

/** Widths from which the smallest text is chosen. */
const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Appends numbers of 7 bits a byte, least significant first, the high bit set on all but the last (LEB128). */
export function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

/** Reads on from a place that it keeps. `undefined`: the bytes are not as they were written. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number | undefined {
    return this.#bytes[this.#at++];
  }

  varint(): number | undefined {
    let value = 0;
    // Four bytes are enough for any count of events.
    for (let scale = 1; scale <= 0x80 ** 3; scale *= 0x80) {
      const byte = this.byte();
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return undefined;
  }
}

/** Appends the numbers; how many there are is for the reader to know. */
export function writePacked(bytes: number[], values: readonly number[]): void {
  const sizes = WIDTHS.map((width) => ({ width, size: sizeAt(width, values) }));
  const { width } = sizes.reduce((best, next) => (next.size < best.size ? next : best));
  const full = 2 ** width - 1;
  bytes.push(width);
  let held = 0;
  let bits = 0;
  for (const value of values) {
    held = held * 2 ** width + Math.min(value, full);
    bits += width;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(Math.floor(held / 2 ** bits));
    held %= 2 ** bits;
  }
  if (bits > 0) bytes.push(held * 2 ** (8 - bits));
  for (const value of values) if (value >= full) writeVarint(bytes, value - full);
}

/** @returns undefined when the bytes are not `count` packed numbers */
export function readPacked(reader: ByteReader, count: number): number[] | undefined {
  const width = reader.byte();
  if (width === undefined || width < 1 || width > 8) return undefined;
  const full = 2 ** width - 1;
  const values: number[] = [];
  let held = 0;
  let bits = 0;
  while (values.length < count) {
    if (bits < width) {
      const byte = reader.byte();
      if (byte === undefined) return undefined;
      held = held * 0x100 + byte;
      bits += 8;
      continue;
    }
    bits -= width;
    values.push(Math.floor(held / 2 ** bits));
    held %= 2 ** bits;
  }
  for (const [index, value] of values.entries()) {
    if (value < full) continue;
    const over = reader.varint();
    if (over === undefined) return undefined;
    values[index] = full + over;
  }
  return values;
}

function sizeAt(width: number, values: readonly number[]): number {
  const full = 2 ** width - 1;
  const over = values.filter((value) => value >= full);
  const bytesOver = over.reduce((sum, value) => sum + (value - full < 0x80 ? 1 : 2), 0);
  return Math.ceil((values.length * width) / 8) + bytesOver;
}
