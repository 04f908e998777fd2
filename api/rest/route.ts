/** One operation of the API: what the document says of it, and what it does. */
import { z } from 'zod';
import type { AccessControl } from '../../core/access/access-control.ts';
import type { Caller } from '../../core/access/caller.ts';
import type { Enrolments } from '../../core/access/enrolment/enrolments.ts';
import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import type { TokenOperations } from '../../core/credential/token-operations.ts';
import type { Guards } from '../../core/guard/guards.ts';
import type { Monitor } from '../../core/monitor/monitor.ts';
import type { Operations } from '../../core/operate/operations.ts';
import type { Action } from '../../core/policy/access.ts';
import type { Authorization } from '../../core/policy/decision.ts';
import type { ChangePolicies } from '../../core/policy/in-force/change-policies.ts';

export interface Served {
  readonly monitor: Monitor;
  readonly operations: Operations;
  readonly policies: ChangePolicies;
  readonly catalogue: Catalogue;
  readonly guards: Guards;
  readonly tokens: TokenOperations;
  readonly access: AccessControl;
  readonly enrolments: Enrolments;
}

export const TAGS = [
  'plans',
  'tickets',
  'agents',
  'incidents',
  'strategy',
  'policies',
  'assets',
  'guards',
  'tokens',
  'access',
] as const;
export type Tag = (typeof TAGS)[number];

export interface RouteCall<Query, Body> {
  readonly id: string;
  readonly query: Query;
  readonly body: Body;
  /** who calls, as events name them */
  readonly by: string;
  readonly caller: Caller;
  /** what the policies allowed it by */
  readonly authorization: Authorization;
}

export interface Route<Query extends z.ZodObject = z.ZodObject, Body extends z.ZodType = z.ZodType> {
  /** `operationId` */
  readonly name: string;
  readonly method: 'get' | 'post' | 'put';
  /** `{id}` stands for a percent-encoded id */
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly tag: Tag;
  /** parameters as they come: text */
  readonly query: Query;
  readonly body?: Body;
  /** the body is a form, as OAuth has them, or JSON */
  readonly form?: true;
  readonly answer: z.ZodType;
  /** codes of errors beside those that any route has, by status */
  readonly errors?: Readonly<Record<number, readonly string[]>>;
  /** what the policies are asked */
  readonly action: Action;
  /** the answer is cut to the caller's tenants */
  readonly by_tenant?: true;
  /** also answers with server-sent events */
  readonly streams?: true;
  /** what `If-Match` is compared with */
  readonly current?: (served: Served, id: string) => Promise<unknown>;
  readonly run: (served: Served, call: RouteCall<z.output<Query>, z.output<Body>>) => Promise<unknown>;
}

/** Keeps the types of query and body between the schemas and `run`. */
export const route = <Query extends z.ZodObject, Body extends z.ZodType>(of: Route<Query, Body>): Route =>
  of as unknown as Route;

export const NO_QUERY = z.object({});

/** A whole number as a query has it. */
export const integer = (inner: z.ZodType<number, number>) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,8})$/, 'must be a whole number')
    .transform(Number)
    .pipe(inner);
