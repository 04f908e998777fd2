/** A function behind the REST API: body and path in, answer or problem details (RFC 9457) out. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { z } from 'zod';
import type { AgentAdmitted } from '../../core/access/agent-guard.ts';
import type { Caller } from '../../core/access/caller.ts';
import type { Bounds } from '../../core/access/enrolment/state.ts';
import type { Identity } from '../../core/access/identity.ts';
import { HiveError } from '../../core/errors.ts';
import { retryAfter } from '../../core/guard/admit.ts';
import { SECURITY_HEADERS } from '../../core/http-headers.ts';
import type { Authorization } from '../../core/policy/decision.ts';
import { problemOf } from '../../core/problem.ts';
import { admitBy, agentKeyOf, requireModestEvent } from './admit.ts';
import { createCredentials } from './credentials.ts';
import { callersFrom, identityOf } from './identity.ts';
import { count, logger, observed } from './telemetry.ts';

interface Call<Body> {
  readonly id: string;
  readonly body: Body;
  /** who calls; absent where nobody is asked */
  readonly caller?: Caller | undefined;
  /** what the agent was enrolled for; absent: it was not */
  readonly bounds?: Bounds | undefined;
  /** what the policies allowed it by */
  readonly authorization?: Authorization | undefined;
}

/** Lets a call in, or throws. */
export type Admission<Body> = <T>(
  call: { readonly id: string; readonly body: Body; readonly identity: Identity },
  run: (admitted: AgentAdmitted) => Promise<T>,
) => Promise<T>;

/** @param parameter the path parameter that names the resource; the body is checked against `schema` */
export function apiHandler<Schema extends z.ZodType>(
  {
    parameter,
    schema,
    admit,
  }: { parameter: 'agent_id' | 'ticket_id' | 'enrolment_id'; schema: Schema; admit?: Admission<z.output<Schema>> },
  call: (request: Call<z.output<Schema>>, event: APIGatewayProxyEvent) => Promise<unknown>,
) {
  const limit = admitBy(process.env.LEDGER_TABLE ?? '');
  const credentials = createCredentials(process.env.LEDGER_TABLE ?? '');
  return observed(async (sent: APIGatewayProxyEvent, _: Context): Promise<APIGatewayProxyResult> => {
    try {
      requireModestEvent(sent);
      const { event, enrolled } = await credentials(sent);
      const id = parseId(event.pathParameters?.[parameter] ?? '');
      await limit.agent(agentKeyOf(event, id));
      const read = { id, body: parseBody(schema, event) };
      if (admit === undefined) return answer(200, 'application/json', await call(read, event));
      const identity = enrolled ?? identityOf(event, callersFrom(process.env.CALLERS));
      const run = (by: AgentAdmitted) => call({ ...read, ...by }, event);
      return answer(200, 'application/json', await admit({ ...read, identity }, run));
    } catch (error) {
      return refuse(error);
    }
  });
}

/** No id is longer: what is cannot name anything, and would not fit a key. */
const MAX_ID_CHARS = 256;
/** Faults told in one answer. */
const MAX_FAULTS = 20;

function parseId(encoded: string): string {
  try {
    const id = decodeURIComponent(encoded);
    if (id.length > 0 && id.length <= MAX_ID_CHARS) return id;
  } catch {
    // Not URL-encoded: told like any other id that cannot be one.
  }
  throw new HiveError('MESSAGE_INVALID', `The id in the path is not 1-${MAX_ID_CHARS} URL-encoded characters.`);
}

function parseBody<Schema extends z.ZodType>(schema: Schema, event: APIGatewayProxyEvent): z.output<Schema> {
  let value: unknown;
  try {
    const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : event.body;
    value = JSON.parse(text || '{}');
  } catch (cause) {
    throw new HiveError('MESSAGE_INVALID', 'The body is not JSON.', { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, MAX_FAULTS)
    .map(({ path, message }) => ({ path: path.join('.').slice(0, MAX_ID_CHARS), message }));
  const told = faults.map((fault) => `${fault.path || '(body)'}: ${fault.message}`).join('; ');
  throw new HiveError('MESSAGE_INVALID', `The body is not as the schema says: ${told}`, { detail: { faults } });
}

/** Our own errors are told as they are; anything else is logged and told as INTERNAL, with nothing of its inside. */
function refuse(error: unknown): APIGatewayProxyResult {
  const problem = problemOf(error);
  const { status, code, context } = problem;
  if (status >= 500) logger.error(`answered ${status} ${code}`, error as Error);
  else logger.info(`refused: ${code}`, { context });
  count('refusals');
  return answer(status, 'application/problem+json', problem, retryAfter(problem));
}

const answer = (
  statusCode: number,
  type: string,
  body: unknown,
  more: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult => ({
  statusCode,
  headers: { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': 'no-store', ...more },
  body: JSON.stringify(body),
});
