/** The policies' versions of the deployed system, over its API: it knows who calls, which is what authors are told apart by. */
import { HiveError } from '../../core/errors.ts';
import { problem } from '../../core/messages/agent-api.ts';
import { type VerbAnswer, verbAnswer } from '../../core/messages/monitoring-api.ts';
import { type PoliciesView, policiesView, policySetView } from '../../core/messages/policies-api.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import { refuse } from './errors.ts';
import { parseJson } from './parse-json.ts';
import { type ApiTarget, apiOf } from './sign-in.ts';

interface Said {
  readonly why: string;
  readonly on_behalf_of?: string;
}

export interface PoliciesClient {
  list(): Promise<PoliciesView>;
  show(version: number): Promise<PolicySet>;
  propose(set: PolicySet, said: Said): Promise<VerbAnswer>;
  approve(version: number, said: Said): Promise<VerbAnswer>;
  rollBack(version: number | undefined, said: Said): Promise<VerbAnswer>;
  shadow(version: number | undefined, said: Said): Promise<VerbAnswer>;
}

/** API Gateway gives up after 29 s. */
const TIMEOUT_MS = 30_000;

/** Every method throws HiveError: the API's own code, HTTP_<status>, or API_UNREACHABLE. @throws HiveError STACK_NOT_FOUND */
export function connectPolicies(target: Pick<ApiTarget, 'stage' | 'outputs' | 'token'>): PoliciesClient {
  const { url, send } = apiOf(target);

  async function ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown> {
    const what = `${method} ${path}`;
    let response: Response;
    let text: string;
    try {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      response = await send(method, new URL(url + path), sent, AbortSignal.timeout(TIMEOUT_MS));
      text = await response.text();
    } catch (cause) {
      throw refuse('API_UNREACHABLE', `${what} of ${url} did not answer`, { cause });
    }
    const value = parseJson(text);
    if (response.ok) return value;
    const told = problem.safeParse(value);
    if (told.success) throw new HiveError(told.data.code, told.data.detail, { status: response.status });
    throw new HiveError(`HTTP_${response.status}`, `${what} was answered with status ${response.status}.`);
  }

  return {
    list: async () => policiesView.parse(await ask('GET', '/v1/policies')),
    show: async (version) => policySetView.parse(await ask('GET', `/v1/policies/${version}`)).set,
    propose: async (set, said) => verbAnswer.parse(await ask('POST', '/v1/policies', { ...said, set })),
    approve: async (version, said) => verbAnswer.parse(await ask('POST', `/v1/policies/${version}/approve`, said)),
    rollBack: async (version, said) =>
      verbAnswer.parse(
        await ask('PUT', '/v1/policies/in-force', { ...said, ...(version !== undefined && { version }) }),
      ),
    shadow: async (version, said) =>
      verbAnswer.parse(await ask('PUT', '/v1/policies/shadow', { ...said, ...(version !== undefined && { version }) })),
  };
}
