/** Why a token is refused: a stable code for whoever called, and a reason, as stable and finer, for whoever looks into it. */
import { HiveError } from '../../errors.ts';

export type TokenCode =
  | 'TOKEN_MISSING'
  | 'TOKEN_INVALID'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_NOT_YET_VALID'
  | 'TOKEN_KEY_UNKNOWN'
  | 'TOKEN_KEY_RETIRED'
  | 'TOKEN_OF_ANOTHER_TICKET'
  | 'TOKEN_OF_ANOTHER_ATTEMPT'
  | 'TOKEN_OF_ANOTHER_AGENT';

/** What of a TOKEN_INVALID is not as it must be; the other codes are their own reason. */
export type TokenReason =
  // as text
  | 'size'
  | 'parts'
  | 'base64url'
  | 'utf8'
  | 'json'
  | 'duplicate_member'
  // header
  | 'header_member'
  | 'alg'
  | 'alg_not_of_key'
  | 'typ'
  | 'kid'
  // key
  | 'key_unfit'
  | 'key_ambiguous'
  // signature
  | 'signature'
  // claims
  | 'payload_not_claims'
  | 'claim_missing'
  | 'claim_type'
  | 'audience'
  | 'issuer'
  | 'subject'
  | 'lifetime'
  | 'scope';

/** 401: the caller has to come with another token. Nothing of the token is repeated in it. */
export const refuseToken = (code: TokenCode, reason: TokenReason | undefined, message: string): HiveError =>
  new HiveError(code, message, { status: 401, detail: { reason: reason ?? code } });

export const invalid = (reason: TokenReason, message: string): HiveError =>
  refuseToken('TOKEN_INVALID', reason, message);
