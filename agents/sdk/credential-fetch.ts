/** `fetch` with an enrolled agent's credential, for the API that asks for no signature; and how one is got and renewed. */
import type { z } from 'zod';
import { HiveError } from '../../core/errors.ts';
import { problem } from '../../core/messages/agent-api.ts';
import { CREDENTIAL_HEADER, credentialAnswer } from '../../core/messages/enrolment-api.ts';
import type { SignedFetch } from './signed-fetch.ts';

export interface EnrolledOptions {
  /** The stack's `EnrolledAgentsApiUrl`. */
  readonly baseUrl: string;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

export type Credential = z.output<typeof credentialAnswer>;

const TIMEOUT_MS = 30_000;

/** @param credential asked for each call: it may have been renewed since */
export const createCredentialFetch =
  (credential: () => string, send: typeof globalThis.fetch = globalThis.fetch): SignedFetch =>
  (method, url, body, signal, more = {}) =>
    send(url, {
      ...{ method, signal, redirect: 'error' },
      headers: {
        ...{ ...more, [CREDENTIAL_HEADER]: credential() },
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });

/**
 * The agent's own credential for the secret of its enrolment. Not to be tried again when no answer came: it may have been
 * exchanged, and a second time is refused (ENROLMENT_USED); have the agent enrolled anew.
 * @throws HiveError ENROLMENT_INVALID · ENROLMENT_EXPIRED · ENROLMENT_USED, API_UNREACHABLE, HTTP_<status>
 */
export const exchangeEnrolment = (options: EnrolledOptions, enrolmentId: string, secret: string): Promise<Credential> =>
  post(options, `/enrolments/${encodeURIComponent(enrolmentId)}/exchange`, { secret }, {});

/** Another one, before it expires; may be tried again. @throws HiveError CREDENTIAL_INVALID · CREDENTIAL_EXPIRED, as above */
export const renewCredential = (options: EnrolledOptions, agentId: string, credential: string): Promise<Credential> =>
  post(options, `/agents/${encodeURIComponent(agentId)}/credential`, {}, { [CREDENTIAL_HEADER]: credential });

async function post(
  { baseUrl, fetch = globalThis.fetch }: EnrolledOptions,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<Credential> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(baseUrl.replace(/\/+$/, '') + path, {
      ...{ method: 'POST', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS), body: JSON.stringify(body) },
      headers: { ...headers, 'content-type': 'application/json' },
    });
    text = await response.text();
  } catch (cause) {
    throw new HiveError('API_UNREACHABLE', `${path} got no answer from ${baseUrl}.`, { status: 503, cause });
  }
  const answer = parsed(text);
  const done = credentialAnswer.safeParse(answer);
  if (response.ok && done.success) return done.data;
  const { status } = response;
  const told = problem.safeParse(answer);
  if (told.success) throw new HiveError(told.data.code, told.data.detail, { status, detail: told.data.context });
  throw new HiveError(`HTTP_${status}`, `${path} was answered with ${status}.`, { status });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
