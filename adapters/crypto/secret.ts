/** Secrets that nobody guesses: 256 random bits, as 43 digits of base64url. */
import { randomBytes } from 'node:crypto';

export const newSecret = (): string => randomBytes(32).toString('base64url');
