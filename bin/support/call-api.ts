/** Calls of the deployed Monitoring API, which knows who calls: with the user's own AWS credentials, or a token of their issuer. */
import type { z } from 'zod';
import type { SignedFetchOptions } from '../../agents/sdk/signed-fetch.ts';
import { HiveError } from '../../core/errors.ts';
import { problem } from '../../core/messages/agent-api.ts';
import { refuse } from './errors.ts';
import { parseJson } from './parse-json.ts';
import { type ApiTarget, apiOf } from './sign-in.ts';

export type CallTarget = Pick<ApiTarget, 'stage' | 'outputs' | 'token'>;
export type CallOptions = Omit<SignedFetchOptions, 'region'>;

export type CallApi = <Answer extends z.ZodType>(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  schema: Answer,
  body?: object,
) => Promise<z.output<Answer>>;

/** API Gateway gives up after 29 s. */
const TIMEOUT_MS = 30_000;
const TRY: Readonly<Record<number, string>> = {
  401: 'sign in with your issuer again: the token is not taken, or no more',
  403: 'your AWS credentials need execute-api:Invoke on the Monitoring API',
};

/**
 * Every call throws HiveError: the API's own code; `HTTP_<status>` when something in between answered (a gateway that knows
 * no such caller, a proxy); API_UNREACHABLE when nothing did. What answers otherwise than agreed on counts as in between.
 * @param again what asking once more does, where no answer came
 * @throws HiveError STACK_NOT_FOUND when the stack has no such API
 */
export function createCallApi(target: CallTarget, again: string, options: CallOptions = {}): CallApi {
  const { url, send } = apiOf(target, options);

  async function answerTo(what: string, call: () => Promise<Response>): Promise<{ status: number; text: string }> {
    try {
      const response = await call();
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      const { message } = ((cause as Error).cause instanceof Error ? (cause as Error).cause : cause) as Error;
      throw refuse('API_UNREACHABLE', `${what} got no answer from ${url}: ${message}`, {
        try: `hive status shows which stack is meant; ${again}`,
        cause,
      });
    }
  }

  return async (method, path, schema, body) => {
    const what = `${method} ${path.replace(/\?.*/, '')}`;
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const { status, text } = await answerTo(what, () =>
      send(method, new URL(url + path), sent, AbortSignal.timeout(TIMEOUT_MS)),
    );
    const answer = parseJson(text);
    const done = schema.safeParse(answer);
    if (status < 300 && done.success) return done.data;
    const refusal = problem.safeParse(answer);
    if (refusal.success)
      throw new HiveError(refusal.data.code, refusal.data.detail, { status, detail: refusal.data.context });
    const hint = TRY[status];
    throw refuse(`HTTP_${status}`, `${what} was answered with ${status}: ${text.slice(0, 300)}`, {
      ...(hint !== undefined && { try: hint }),
    });
  };
}
