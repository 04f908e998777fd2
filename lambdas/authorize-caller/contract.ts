/** Asked by API Gateway before each call of the sign-in API: whose token is it? */
export const ENV = ['OIDC_ISSUER', 'OIDC_AUDIENCE', 'OIDC_ROLES_CLAIM', 'OIDC_TENANTS_CLAIM'] as const;
