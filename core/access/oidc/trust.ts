/** Whose tokens are taken for people's, and which of their claims say what: said by the deployment, never by a token. */
import { HiveError } from '../../errors.ts';

export interface OidcTrust {
  /** as `iss` has it, to the letter */
  readonly issuer: string;
  /** whom tokens have to be meant for */
  readonly audience: string;
  /** name of the claim that lists roles; with dots, a path where there is no claim of the whole name */
  readonly roles_claim: string;
  readonly tenants_claim: string;
}

/** OpenID Connect Discovery 1.0, 4: below the issuer, whose own path stays. */
export const discoveryUrlOf = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/** @throws HiveError OIDC_TRUST_INVALID: the issuer is no https URL as Discovery has them, or there is no audience */
export function checkTrust(trust: OidcTrust): OidcTrust {
  const { issuer, audience } = trust;
  if (!/^https:\/\/[^\s/?#@\\]+(?:\/[^\s?#\\]*)?$/.test(issuer))
    throw new HiveError('OIDC_TRUST_INVALID', `The issuer ${issuer} is no https URL without query and fragment.`);
  if (audience === '') throw new HiveError('OIDC_TRUST_INVALID', 'Tokens have to be meant for an audience: name it.');
  return trust;
}
