/**
 * Random users, agents, plans and what they try, and an oracle that says of what was allowed whether it may be: written
 * without a look at the policies, over the world itself and not over what policies see of it.
 */
import type { Caller, Role } from '../../../core/access/caller.ts';
import { ROLES } from '../../../core/access/caller.ts';
import type { CognitivePlan } from '../../../core/messages/cognitive-plan.ts';
import { SECURITY_LEVELS } from '../../../core/messages/primitives.ts';
import { approvalNeeds } from '../../../core/plan/admission.ts';
import { PLAN_SETTINGS } from '../../../core/plan/limits.ts';
import type { AccessRequest, Action } from '../../../core/policy/access.ts';
import { HIVE, planEntity, ticketEntity, userEntity } from '../../../core/policy/entities.ts';
import { acceptQuestion, claimQuestion, dispatchQuestion } from '../../../core/policy/questions.ts';
import type { PolicyEngine } from '../../../core/ports/policies.ts';
import type { TicketSpec } from '../../../core/ticket/state.ts';
import { NOW, parsedPlan, ticketsOf } from '../../support/plans.ts';

const TENANTS = ['acme', 'globex', 'initech'];
const PEOPLE = ['ada', 'grace', 'alan'];
const PLAN_ACTIONS: Action[] = [
  'ViewPlan',
  'PausePlan',
  'ResumePlan',
  'CancelPlan',
  'RedrivePlan',
  'ApprovePlan',
  'RejectPlan',
];
const TICKET_ACTIONS: Action[] = ['ViewTicket', 'RetryTicket', 'SkipTicket', 'RevokeToken', 'IntrospectToken'];

/** What was asked, and, if it was allowed, what of that must never be. */
export interface Tried {
  readonly kind: 'start' | 'plan' | 'ticket' | 'dispatch' | 'claim' | 'list';
  readonly request: AccessRequest;
  /** the rule that an allowed answer would break; undefined: none */
  readonly breaks: 'tenant isolation' | 'author ≠ approver' | 'clearance' | undefined;
}

const parsed = parsedPlan();
const [minted] = ticketsOf();

/** The same for the same seed. */
export function tryIn(seed: number): Tried {
  const random = mulberry(seed);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const maybe = (share: number) => random() < share;
  const tenant = one(TENANTS);
  const author = maybe(0.8) ? one(PEOPLE) : undefined;
  const level = Math.floor(random() * 4);
  const band = one(['low', 'medium', 'high', 'critical'] as const);
  const header: CognitivePlan = {
    ...parsed,
    ...{ tenant_id: tenant, risk_band: band, original_security_level: SECURITY_LEVELS[level] as string },
    metadata: author === undefined ? {} : { author },
    is_destructive: maybe(0.2),
    requires_approval: maybe(0.3),
    approval_status: maybe(0.7) ? 'approved' : 'pending',
    approved_by: maybe(0.8) ? one(PEOPLE) : undefined,
  };
  const spec: TicketSpec = {
    ...(minted as TicketSpec),
    ...{ tenant_id: tenant, security_level: SECURITY_LEVELS[level] as TicketSpec['security_level'], risk_band: band },
    priority: 'CRITICAL',
    qos: { delivery_mode: 'EXACTLY_ONCE', consistency: 'STRONG', durability: 'PERSISTENT' },
  };
  const kind = one(['start', 'plan', 'plan', 'ticket', 'dispatch', 'dispatch', 'claim', 'list'] as const);
  if (kind === 'start') {
    const needsApproval = approvalNeeds(header, PLAN_SETTINGS).length > 0;
    const request = acceptQuestion(header, [spec], { deadline: NOW + 1000, needsApproval }, { now: NOW, starts: true });
    const { approved_by: by, approval_status } = header;
    const approved = approval_status === 'approved' && by !== undefined && by !== author;
    return { kind, request, breaks: needsApproval && !approved ? 'author ≠ approver' : undefined };
  }
  if (kind === 'dispatch' || kind === 'claim') {
    const clearance = Math.floor(random() * 4);
    const tenants = TENANTS.filter(() => maybe(0.3));
    const agent = {
      ...{
        agent_id: one(['a1', 'a2']),
        kind: 'microservice' as const,
        capabilities: [],
        location: { region: 'local' },
      },
      ...{ clearance: SECURITY_LEVELS[clearance] as TicketSpec['security_level'], tenants },
    };
    const request =
      kind === 'dispatch'
        ? dispatchQuestion(agent, spec, { deadline: NOW + 1000 }, NOW)
        : claimQuestion(agent, spec, { holder: one(['a1', 'a2']) }, NOW);
    const isolated = tenants.length === 0 || tenants.includes(tenant);
    return { kind, request, breaks: level > clearance ? 'clearance' : isolated ? undefined : 'tenant isolation' };
  }
  const name = one(PEOPLE);
  const caller: Caller = {
    principal: maybe(0.5) ? name : `arn:aws:iam::123456789012:user/${name}`,
    name,
    kind: 'iam',
    roles: ROLES.filter(() => maybe(0.4)) as Role[],
    tenants: maybe(0.2) ? ['*'] : TENANTS.filter(() => maybe(0.4)),
    ...(maybe(0.2) && { break_glass_until: NOW + (maybe(0.5) ? 1000 : -1000) }),
  };
  const isolated = caller.tenants.includes('*') || caller.tenants.includes(tenant);
  const principal = userEntity(caller, NOW);
  const ask = (
    action: Action,
    resource: AccessRequest['entities'][number],
    context: AccessRequest['context'] = {},
  ) => ({
    ...{ principal: principal.uid, action, resource: resource.uid, context },
    entities: [principal, resource],
  });
  if (kind === 'list') {
    const breaks = caller.tenants.includes('*') ? undefined : ('tenant isolation' as const);
    return { kind, request: ask('ViewPlan', HIVE), breaks };
  }
  if (kind === 'ticket')
    return {
      ...{ kind, request: ask(one(TICKET_ACTIONS), ticketEntity(spec, undefined, { author })) },
      breaks: isolated ? undefined : 'tenant isolation',
    };
  const action = one(PLAN_ACTIONS);
  const on_behalf_of = maybe(0.3) ? one(PEOPLE) : undefined;
  const resource = planEntity(header, { deadline: NOW + 1000, needsApproval: true });
  const own = author !== undefined && (name === author || on_behalf_of === author);
  const decides = action === 'ApprovePlan' || action === 'RejectPlan';
  return {
    ...{ kind, request: ask(action, resource, on_behalf_of === undefined ? {} : { on_behalf_of }) },
    breaks: !isolated ? 'tenant isolation' : decides && own ? 'author ≠ approver' : undefined,
  };
}

export interface Breach extends Tried {
  readonly seed: number;
}

/** Asks about one world; what is allowed and may not be. `seen` counts what was allowed, by kind. */
export function breachOf(engine: PolicyEngine, seed: number, seen: Map<string, number>): Breach | undefined {
  const tried = tryIn(seed);
  if (!engine.decide(tried.request).allowed) return undefined;
  seen.set(tried.kind, (seen.get(tried.kind) ?? 0) + 1);
  return tried.breaks === undefined ? undefined : { ...tried, seed };
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
