/** Signatures of tokens: what is signed, and by whom, is decided before they are asked. */
import type { RingKey } from '../credential/key-ring/state.ts';
import type { VerifyingKey } from '../credential/token/key.ts';
import type { ParsedToken } from '../credential/token/parse.ts';

/** Whether it is signed by this key with the algorithm that its header says; false too for a key that is no key. */
export type VerifyToken = (token: ParsedToken, key: VerifyingKey) => Promise<boolean>;

/** Signs claims with a key of the ring, and names it in the header. Throws where the key cannot be unwrapped. */
export type SignToken = (claims: object, key: RingKey) => Promise<string>;

/** The private part of a key of the ring in the clear (PKCS #8); it is kept in memory only, and never logged. */
export type UnwrapKey = (key: RingKey) => Promise<Uint8Array>;
