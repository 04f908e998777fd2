/** Base64url (RFC 4648 §5) without padding, strict: one text for one run of bytes. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** by code of the digit; 64: none */
const VALUES = new Uint8Array(128).fill(64);
for (let value = 0; value < 64; value++) VALUES[DIGITS.charCodeAt(value)] = value;

export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 6; bits -= 6) text += DIGITS.charAt((held >> (bits - 6)) & 63);
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + DIGITS.charAt((held << (6 - bits)) & 63);
}

/** @returns undefined for what is not base64url, or not as `toBase64Url` writes it */
export function fromBase64Url(text: string): Uint8Array | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array((text.length * 6) >> 3);
  const whole = text.length - rest;
  let [seen, length] = [0, 0];
  for (let at = 0; at < whole; at += 4) {
    const [a, b, c, d] = [digit(text, at), digit(text, at + 1), digit(text, at + 2), digit(text, at + 3)];
    seen |= a | b | c | d;
    bytes[length++] = (a << 2) | (b >> 4);
    bytes[length++] = (b << 4) | (c >> 2);
    bytes[length++] = (c << 6) | d;
  }
  if (rest > 0) {
    const [a, b] = [digit(text, whole), digit(text, whole + 1)];
    const c = rest === 3 ? digit(text, whole + 2) : 0;
    // Bits that no byte is made of have to be none.
    if ((rest === 3 ? c & 3 : b & 15) > 0) return undefined;
    seen |= a | b | c;
    bytes[length++] = (a << 2) | (b >> 4);
    if (rest === 3) bytes[length] = (b << 4) | (c >> 2);
  }
  return seen < 64 ? bytes : undefined;
}

const digit = (text: string, at: number): number => VALUES[text.charCodeAt(at)] ?? 64;
