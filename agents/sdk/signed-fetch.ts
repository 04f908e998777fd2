/** `fetch` with AWS Signature Version 4, as API Gateway's IAM authorization asks for. */
import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

/** Keys, or a function that answers with keys and renews them. */
export type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];

export interface SignedFetchOptions {
  region: string;
  /** Default: the SDK's usual chain (environment, profile, container, instance). */
  credentials?: Credentials;
  /** Default: the global one. */
  fetch?: typeof globalThis.fetch;
}

export type SignedFetch = (
  method: string,
  url: URL,
  body: string | undefined,
  signal: AbortSignal,
  /** signed too; names in lower case */
  headers?: Readonly<Record<string, string>>,
) => Promise<Response>;

export function createSignedFetch(options: SignedFetchOptions): SignedFetch {
  const send = options.fetch ?? globalThis.fetch;
  const signer = new SignatureV4({
    service: 'execute-api',
    region: options.region,
    credentials: options.credentials ?? defaultProvider(),
    sha256: Sha256,
  });
  return async (method, url, body, signal, more = {}) => {
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, ...more, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
    });
    const { host: _setByFetch, ...headers } = signed.headers;
    return send(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  };
}
