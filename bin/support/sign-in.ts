/**
 * How a command calls the Monitoring API: signed with the user's AWS credentials, or with the token of an issuer that they
 * have signed in with: HIVE_OIDC_TOKEN, or a file (`--oidc-token-file`), which is not seen in the list of processes. Whoever
 * has no AWS credentials at all names the API too: HIVE_SIGN_IN_URL, the stack's output SignInApiUrl.
 */
import { readFileSync } from 'node:fs';
import { createSignedFetch, type SignedFetch, type SignedFetchOptions } from '../../agents/sdk/signed-fetch.ts';
import type { ApiOptions } from './api-options.ts';
import { refuse } from './errors.ts';
import type { Io } from './io.ts';
import { DEFAULT_STAGE, resolveTarget, type Target } from './target.ts';

export interface ApiTarget extends Target {
  /** to be shown to the API and nobody else */
  readonly token?: string;
}

/** The stack's outputs that say where it is. */
export const MONITORING_API_OUTPUT = 'MonitoringApiUrl';
export const SIGN_IN_API_OUTPUT = 'SignInApiUrl';

/** @throws HiveError FILE_UNREADABLE, OIDC_TOKEN_INVALID, SIGN_IN_URL_INVALID; and as `resolveTarget` */
export async function resolveApi(options: ApiOptions, io: Io): Promise<ApiTarget> {
  const token = tokenOf(options, io.env);
  const url = io.env.HIVE_SIGN_IN_URL;
  if (token === undefined) return resolveTarget(options, io);
  if (!url) return { ...(await resolveTarget(options, io)), token };
  const outputs = { ...{ LedgerTable: '', EventBusName: '', ApiUrl: '', Region: '' }, [SIGN_IN_API_OUTPUT]: url };
  const stage = options.stage ?? DEFAULT_STAGE;
  return {
    ...{ kind: 'aws', endpoint: undefined, stage, outputs, token },
    flags: options.stage ? ` --stage ${stage}` : '',
  };
}

/** A file that is named goes before the environment. */
function tokenOf({ oidcTokenFile: file }: ApiOptions, env: NodeJS.ProcessEnv): string | undefined {
  const text = file === undefined ? env.HIVE_OIDC_TOKEN : readToken(file);
  if (!text && file === undefined) return undefined;
  const token = (text ?? '').trim();
  // Nothing of it is shown: it may be a token all the same, or another secret.
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token;
  throw refuse('OIDC_TOKEN_INVALID', `${file === undefined ? 'HIVE_OIDC_TOKEN' : file} holds no token (a JWT)`, {
    try: 'sign in with your issuer again, and keep what it answers as id_token or access_token there',
  });
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw refuse('FILE_UNREADABLE', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** @throws HiveError STACK_NOT_FOUND when the stack has no such API, SIGN_IN_URL_INVALID */
export function apiOf(
  { stage, outputs, token }: Pick<ApiTarget, 'stage' | 'outputs' | 'token'>,
  options: Omit<SignedFetchOptions, 'region'> = {},
): { readonly url: string; readonly send: SignedFetch } {
  const output = token === undefined ? MONITORING_API_OUTPUT : SIGN_IN_API_OUTPUT;
  const url = outputs[output]?.replace(/\/+$/, '');
  if (!url)
    throw refuse('STACK_NOT_FOUND', `the stack NeuralHive-${stage} has no output ${output}`, {
      try:
        token === undefined
          ? 'deploy this version of it: hive up (local) or npx cdk deploy (AWS)'
          : 'deploy it with -c oidcIssuer=… -c oidcAudience=…; or leave the token out, and use AWS credentials',
    });
  if (token === undefined) return { url, send: createSignedFetch({ ...options, region: outputs.Region }) };
  requirePrivate(url);
  return { url, send: bearerFetch(token, options.fetch) };
}

/** A token is shown over TLS only, or to this machine. */
function requirePrivate(text: string): void {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && /^(127\.0\.0\.1|localhost)$/.test(url.hostname)))
    return;
  throw refuse('SIGN_IN_URL_INVALID', 'a token is sent to an https URL only', {
    try: "give the stack's output SignInApiUrl in HIVE_SIGN_IN_URL",
  });
}

const bearerFetch =
  (token: string, send = globalThis.fetch): SignedFetch =>
  (method, url, body, signal, more = {}) =>
    send(url, {
      ...{ method, signal, redirect: 'error' },
      headers: {
        ...{ ...more, authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
