/** The catalogue behind the deployed Monitoring API, as commands call it: signed with the user's own AWS credentials. */
import type { z } from 'zod';
import type { SignedFetchOptions } from '../../agents/sdk/signed-fetch.ts';
import { HiveError } from '../../core/errors.ts';
import { problem } from '../../core/messages/agent-api.ts';
import * as messages from '../../core/messages/catalogue-api.ts';
import { type VerbRequest, verbRequest } from '../../core/messages/monitoring-api.ts';
import { refuse } from './errors.ts';
import { parseJson } from './parse-json.ts';
import { type ApiTarget, apiOf } from './sign-in.ts';

export interface CatalogueClient {
  /** every asset, in order of their ids */
  list(filter?: Readonly<Record<string, string>>): Promise<messages.AssetSummary[]>;
  get(id: string): Promise<messages.AssetView>;
  history(id: string): Promise<messages.AssetHistory>;
  put(request: messages.PutAssetRequest): Promise<messages.AssetAnswer>;
  retire(id: string, request: VerbRequest): Promise<messages.AssetAnswer>;
}

/** API Gateway gives up after 29 s. */
const TIMEOUT_MS = 30_000;
const PAGE = '100';

/**
 * Every method throws HiveError: the API's own code; `HTTP_<status>` when something in between answered; API_UNREACHABLE
 * when nothing did, or nothing that is understood.
 * @throws HiveError STACK_NOT_FOUND when the stack has no such API
 */
export function connectCatalogue(
  target: Pick<ApiTarget, 'stage' | 'outputs' | 'token'>,
  options: Omit<SignedFetchOptions, 'region'> = {},
): CatalogueClient {
  const { url, send } = apiOf(target, options);

  async function ask<S extends z.ZodType>(
    method: string,
    path: string,
    schema: S,
    body?: object,
  ): Promise<z.output<S>> {
    const what = `${method} ${path.replace(/\?.*/, '')}`;
    const { status, text } = await answerTo(what, () =>
      send(
        method,
        new URL(url + path),
        body === undefined ? undefined : JSON.stringify(body),
        AbortSignal.timeout(TIMEOUT_MS),
      ),
    );
    const answer = parseJson(text);
    const done = schema.safeParse(answer);
    if (status < 300 && done.success) return done.data;
    const refusal = problem.safeParse(answer);
    if (refusal.success)
      throw new HiveError(refusal.data.code, refusal.data.detail, { status, detail: refusal.data.context });
    throw refuse(`HTTP_${status}`, `${what} was answered with ${status}: ${text.slice(0, 300)}`, {
      ...(status === 403 ? { try: 'your AWS credentials need execute-api:Invoke on the Monitoring API' } : {}),
    });
  }

  async function answerTo(what: string, call: () => Promise<Response>): Promise<{ status: number; text: string }> {
    try {
      const response = await call();
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      const { message } = ((cause as Error).cause ?? cause) as Error;
      throw refuse('API_UNREACHABLE', `${what} got no answer from ${url}: ${message}`, {
        try: 'hive status shows which stack is meant; putting or retiring again changes nothing twice',
        cause,
      });
    }
  }

  const pathOf = (id: string, more = '') => `/v1/assets/${encodeURIComponent(id)}${more}`;
  return {
    async list(filter = {}) {
      const found: messages.AssetSummary[] = [];
      let cursor: string | undefined;
      do {
        const query = new URLSearchParams({ ...filter, limit: PAGE, ...(cursor !== undefined && { cursor }) });
        const page = await ask('GET', `/v1/assets?${query}`, messages.assetPage);
        found.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== undefined);
      return found;
    },
    get: (id) => ask('GET', pathOf(id), messages.assetView),
    history: (id) => ask('GET', pathOf(id, '/history'), messages.assetHistory),
    put: (request) => ask('PUT', pathOf(request.asset.asset_id), messages.assetAnswer, request),
    retire: (id, request) => ask('POST', pathOf(id, '/retire'), messages.assetAnswer, verbRequest.parse(request)),
  };
}
