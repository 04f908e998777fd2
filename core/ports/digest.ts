/** SHA-256 (FIPS 180-4) of a text's UTF-8 bytes, as 64 lower-case hex digits. */
export type Sha256 = (text: string) => string;

/** SHA-256 of bytes, 32 bytes. */
export type Sha256Bytes = (bytes: Uint8Array) => Uint8Array;
