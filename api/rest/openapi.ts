/** The API as an OpenAPI 3.1 document, made from the routes and the schemas that check them. */
import { z } from 'zod';
import { guardsView } from '../../core/guard/guards.ts';
import * as access from '../../core/messages/access-api.ts';
import { problem } from '../../core/messages/agent-api.ts';
import * as catalogue from '../../core/messages/catalogue-api.ts';
import * as enrolment from '../../core/messages/enrolment-api.ts';
import * as messages from '../../core/messages/monitoring-api.ts';
import * as policies from '../../core/messages/policies-api.ts';
import * as strategy from '../../core/messages/strategy-api.ts';
import * as explanation from '../../core/messages/ticket-explanation.ts';
import * as tokens from '../../core/messages/token-api.ts';
import { FORM_TYPE } from './form.ts';
import { type Route, TAGS } from './route.ts';
import { ROUTES } from './routes.ts';

type Json = Readonly<Record<string, unknown>>;

const TITLE = 'Neural Hive Orchestrator: Monitoring API';
const VERSION = '1.0.0';

/** Schemas by the names they have in the document. */
const SENT = {
  Problem: problem,
  PlanPage: messages.planPage,
  PlanSummary: messages.planSummary,
  PlanView: messages.planView,
  PlanPrediction: messages.planPrediction,
  Intervention: messages.intervention,
  TicketPage: messages.ticketPage,
  TicketView: messages.ticketView,
  TicketDetail: messages.ticketDetail,
  TicketResult: messages.ticketResult,
  AttemptView: messages.attemptView,
  TicketExplanation: explanation.ticketExplanation,
  Stretch: explanation.stretch,
  ExplainedAttempt: explanation.explainedAttempt,
  AgentChoice: explanation.agentChoice,
  AgentCandidate: explanation.agentCandidate,
  PriorityTerms: explanation.priorityTerms,
  TicketCost: explanation.ticketCost,
  NextStep: explanation.nextStep,
  TimelinePage: messages.timelinePage,
  TimelineEvent: messages.timelineEvent,
  AgentPage: messages.agentPage,
  AgentView: messages.agentView,
  IncidentPage: messages.incidentPage,
  IncidentView: messages.incidentView,
  StrategyView: strategy.strategyView,
  GuardsView: guardsView,
  ErrorBudget: strategy.errorBudgetView,
  BurnAlert: strategy.burnAlertView,
  PoliciesView: policies.policiesView,
  PolicyVersion: policies.policyVersionView,
  PolicySetView: policies.policySetView,
  CallerView: access.callerView,
  GrantList: access.grantList,
  RefusalList: access.refusalList,
  SignalList: access.signalList,
  EnrolAnswer: enrolment.enrolAnswer,
  EnrolmentList: enrolment.enrolmentList,
  EnrolmentView: enrolment.enrolmentView,
  VerbAnswer: messages.verbAnswer,
  IntrospectionAnswer: tokens.introspectionAnswer,
  KeyRingView: tokens.keyRingView,
  ApiAsset: catalogue.apiAsset,
  DataAsset: catalogue.dataAsset,
  AssetPage: catalogue.assetPage,
  AssetSummary: catalogue.assetSummary,
  AssetView: catalogue.assetView,
  AssetHistory: catalogue.assetHistory,
  AssetRevision: catalogue.assetRevision,
  AssetConformance: catalogue.conformance,
  AssetFinding: catalogue.assetFinding,
  AssetAnswer: catalogue.assetAnswer,
} as const;
const RECEIVED = {
  VerbRequest: messages.verbRequest,
  HandOverRequest: messages.handOverRequest,
  IntrospectionRequest: tokens.introspectionRequest,
  SkipRequest: messages.skipRequest,
  GrantRequest: access.grantRequest,
  RevokeRequest: access.revokeRequest,
  BreakGlassRequest: access.breakGlassRequest,
  EnrolRequest: enrolment.enrolRequest,
  StrategyRequest: strategy.strategyRequest,
  ProposePoliciesRequest: policies.proposeRequest,
  PolicyVersionRequest: policies.versionRequest,
  PutAssetRequest: catalogue.putAssetRequest,
  ApiAssetInput: catalogue.apiAsset,
  DataAssetInput: catalogue.dataAsset,
} as const;

let made: Json | undefined;

export function openApiDocument(): Json {
  made ??= {
    openapi: '3.1.0',
    info: {
      title: TITLE,
      version: VERSION,
      description:
        'Plans, tickets, agents and incidents, what happened to them, and what operators may do. Ids may be any text: ' +
        'percent-encode them in paths. Errors are problem details (RFC 9457) with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ sigv4: [] }],
    tags: TAGS.map((name) => ({ name })),
    paths: pathsOf(ROUTES),
    components: {
      securitySchemes: {
        sigv4: {
          ...{ type: 'apiKey', in: 'header', name: 'Authorization' },
          description: 'AWS Signature Version 4 of the service execute-api',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
      schemas: { ...schemasOf(SENT, 'output'), ...schemasOf(RECEIVED, 'input') },
    },
  };
  return made;
}

/** Readers take members they do not know: messages may grow. */
const open = ({ jsonSchema }: { jsonSchema: { additionalProperties?: unknown } }): void => {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};

function schemasOf(named: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, uri: refOf, override: open });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, id: ___, ...schema }]) => [name, schema]),
  );
}

const refOf = (name: string): string => `#/components/schemas/${name}`;

function nameOf(schema: z.ZodType): string {
  const found = Object.entries({ ...SENT, ...RECEIVED }).find(([, named]) => named === schema);
  if (found === undefined) throw new TypeError('a route uses a schema that has no name in the document');
  return found[0];
}

function pathsOf(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] as object, { [route.method]: operationOf(route) });
  }
  return paths;
}

function operationOf(route: Route): Json {
  const schema = { $ref: refOf(nameOf(route.answer)) };
  const content = {
    'application/json': { schema },
    ...(route.streams ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
  };
  const etag = { ETag: { schema: { type: 'string' }, description: 'strong, from the content' } };
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.tag],
    parameters: parametersOf(route),
    ...(route.body ? { requestBody: { required: true, content: bodiesOf(route, nameOf(route.body)) } } : {}),
    responses: {
      200: { description: 'as asked for', content, ...(route.method === 'get' ? { headers: etag } : {}) },
      ...(route.streams ? { 204: { description: 'the plan has ended, and all of it is told' } } : {}),
      ...(route.method === 'get' ? { 304: { description: 'as `If-None-Match` says it is known already' } } : {}),
      ...problemsOf(route),
    },
  };
}

function bodiesOf({ form }: Route, name: string): Json {
  const of = { schema: { $ref: refOf(name) } };
  return { ...(form ? { [FORM_TYPE]: of } : {}), 'application/json': of };
}

function parametersOf({ path, query, method, current, streams }: Route): Json[] {
  const id = { type: 'string', minLength: 1, maxLength: 256 };
  const header = (name: string, description: string) => ({
    ...{ name, in: 'header', required: false, description, schema: { type: 'string' } },
  });
  return [
    ...(path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: id }] : []),
    ...Object.entries(query.shape).map(([name, schema]) => ({
      ...{ name, in: 'query', required: false },
      schema: parameterOf(schema as z.ZodType),
    })),
    ...(method === 'get' ? [header('If-None-Match', 'entity tags that the caller has')] : []),
    ...(current ? [header('If-Match', 'do it only if the resource still has this entity tag')] : []),
    ...(streams ? [header('Last-Event-ID', 'in place of `after`, from an EventSource that comes back')] : []),
  ];
}

function parameterOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return rest;
}

/** What any route may answer, and what only this one does. */
function problemsOf(route: Route): Json {
  const codes: Record<number, string[]> = { 400: ['MESSAGE_INVALID'] };
  if (route.method !== 'get') {
    codes[412] = ['PRECONDITION_FAILED'];
    codes[413] = ['MESSAGE_TOO_LARGE'];
    codes[415] = ['MEDIA_TYPE_UNSUPPORTED'];
  }
  for (const [status, more] of Object.entries(route.errors ?? {}))
    codes[Number(status)] = [...(codes[Number(status)] ?? []), ...more];
  const content = { 'application/problem+json': { schema: { $ref: refOf('Problem') } } };
  return {
    ...Object.fromEntries(
      Object.entries(codes).map(([status, of]) => [status, { description: of.join(', '), content }]),
    ),
    default: { description: 'any other problem, with its `code`', content },
  };
}
