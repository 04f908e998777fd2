/** Bytes of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // A surrogate pair is 4 bytes: 2 for each half.
    if (unit > 0x7f) bytes += unit > 0x7ff && !(unit >= 0xd800 && unit <= 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** Bytes of a value as JSON in UTF-8: what the limits of stores and messages are counted in. */
export const jsonBytes = (value: unknown): number => utf8Bytes(JSON.stringify(value));
