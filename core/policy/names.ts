/** What a principal may have been written as: an ARN ends in the name (`arn:aws:iam::…:user/ada`), an OIDC one in the subject. */
export function namesOf(principal: string): string[] {
  const last = principal.startsWith('oidc:') ? principal.split('#').slice(1).join('#') : principal.split('/').at(-1);
  return [...new Set([principal, last ?? ''])].filter((name) => name !== '');
}
