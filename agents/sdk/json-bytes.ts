/** What a value weighs on the wire: escapes count, since control characters take six bytes each. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
