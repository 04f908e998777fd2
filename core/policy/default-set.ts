/** Generated from policies/ by `npm run policies`: version 0, in force where no other is. Not to be edited. */
import type { PolicySet } from './policy-set.ts';

export const POLICY_SCHEMA =
  "// Who and what policies may be about. Entities are built in core/policy/entities.ts; policies that do not fit this schema\n// are refused when they are proposed. Levels: 0 PUBLIC, 1 INTERNAL, 2 CONFIDENTIAL, 3 RESTRICTED. Priorities: 0 LOW, 1 NORMAL,\n// 2 HIGH, 3 CRITICAL. Times are epoch ms, spans ms.\n\nentity Hive;\nentity Role;\n\n// Made of policies/tenants.json by the engine: data of the policy set, deployed and rolled back with it.\nentity Tenant = {\n  permitted: Bool,\n  least_estimate_ms: Long,\n  // absent: any\n  capabilities?: Set<String>,\n  regions?: Set<String>,\n};\n\nentity User in [Role, Tenant] = {\n  principal: String,\n  // the principal, and the name that an ARN ends in: what an author may have been written as\n  names: Set<String>,\n  kind: String,\n  all_tenants: Bool,\n  break_glass: Bool,\n};\n\nentity Agent in [Tenant, Role] = {\n  agent_id: String,\n  // who may speak for it; absent: not bound to anybody\n  principal?: String,\n  kind: String,\n  clearance: Long,\n  capabilities: Set<String>,\n  region: String,\n  // empty: any\n  tenants: Set<String>,\n  quarantined: Bool,\n};\n\nentity Asset in [Tenant] = {\n  kind: String,\n  owner: String,\n  classification: Long,\n  pii: Bool,\n  conforming: Bool,\n  status: String,\n  // empty: anywhere\n  regions: Set<String>,\n};\n\n// What is known of all assets that are touched, taken together.\ntype Touched = {\n  // every one is catalogued, active and conforming\n  conforming: Bool,\n  // the highest classification; -1: touches none\n  level: Long,\n  pii: Bool,\n  // where all of them may be worked on; absent: anywhere\n  regions?: Set<String>,\n};\n\nentity Plan in [Tenant] = {\n  tenant: Tenant,\n  tenant_id: String,\n  author?: String,\n  risk_band: String,\n  original_domain: String,\n  security_level: Long,\n  destructive: Bool,\n  needs_approval: Bool,\n  approved: Bool,\n  approver?: String,\n  deadline_ms: Long,\n  // of its tickets taken together; absent where only the plan's header is at hand\n  work?: {\n    capabilities: Set<String>,\n    shortest_estimate_ms: Long,\n    longest_timeout_ms: Long,\n    // the least of timeout less estimate\n    least_slack_ms: Long,\n    most_retries: Long,\n    lowest_priority: Long,\n    exact: Bool,\n    touched: Touched,\n  },\n};\n\nentity Ticket in [Plan, Tenant] = {\n  tenant: Tenant,\n  tenant_id: String,\n  author?: String,\n  task_type: String,\n  risk_band: String,\n  priority: Long,\n  security_level: Long,\n  required_capabilities: Set<String>,\n  // neither delivered at least once, nor eventually consistent\n  exact: Bool,\n  timeout_ms: Long,\n  max_retries: Long,\n  estimated_ms: Long,\n  // it undoes another ticket\n  compensates: Bool,\n  // its plan's; absent where it is not looked at\n  deadline_ms?: Long,\n  attempt: Long,\n  // the agent that has it\n  holder?: String,\n  assets: Set<Asset>,\n  touched: Touched,\n};\n\n// What a call came with; all of it as the edge knows it.\ntype Call = {\n  now_ms?: Long,\n  source?: String,\n  // for whom the caller says to act\n  on_behalf_of?: String,\n  // who speaks for an agent\n  caller?: String,\n  // who wrote what is to be approved\n  author?: String,\n  // whom a role is given or taken\n  subject?: String,\n  role?: String,\n  // answers are cut to the caller's tenants\n  by_tenant?: Bool,\n};\n\naction AcceptPlan appliesTo { principal: User, resource: Plan, context: { now_ms: Long, starts: Bool } };\naction DispatchTicket appliesTo { principal: Agent, resource: Ticket, context: { now_ms: Long } };\n\n// an agent's calls about a ticket that it has\naction TicketCall;\naction ClaimTicket, HeartbeatTicket, ReportTicket, HandBackTicket in [TicketCall]\n  appliesTo { principal: [Agent, User], resource: Ticket, context: Call };\n// an agent's calls about itself\naction AgentCall;\naction RegisterAgent, HeartbeatAgent, ReadInbox, RemoveAgent in [AgentCall]\n  appliesTo { principal: [Agent, User], resource: [Agent, Hive], context: Call };\n\naction View;\naction ViewPlan, ViewTicket, ViewIncident, ViewAudit in [View]\n  appliesTo { principal: User, resource: [Plan, Ticket, Hive], context: Call };\naction ViewAgent, ViewStrategy, ViewAsset, ViewPolicy, ViewAccess in [View]\n  appliesTo { principal: User, resource: [Agent, Asset, User, Hive], context: Call };\n\naction PausePlan, ResumePlan, CancelPlan, RedrivePlan, ApprovePlan, RejectPlan\n  appliesTo { principal: User, resource: Plan, context: Call };\naction RetryTicket, SkipTicket, RevokeToken appliesTo { principal: User, resource: Ticket, context: Call };\naction IntrospectToken appliesTo { principal: User, resource: [Ticket, Hive], context: Call };\naction ResolveIncident appliesTo { principal: User, resource: [Plan, Ticket, Hive], context: Call };\naction DrainAgent, UndrainAgent, QuarantineAgent, ReleaseAgent\n  appliesTo { principal: User, resource: Agent, context: Call };\naction OverrideStrategy, RotateKeys appliesTo { principal: User, resource: Hive, context: Call };\naction PutAsset, RetireAsset appliesTo { principal: User, resource: [Asset, Hive], context: Call };\naction ProposePolicies, ApprovePolicies, RollBackPolicies, ShadowPolicies\n  appliesTo { principal: User, resource: Hive, context: Call };\naction GrantRole, RevokeRole, BreakGlass appliesTo { principal: User, resource: [User, Hive], context: Call };\n";

export const DEFAULT_POLICY_SET: PolicySet = {
  policies: {
    'agent-calls-for-itself':
      '@id("agent-calls-for-itself")\n@reason("an agent registers, reads its inbox and leaves for itself")\npermit (principal is Agent in Role::"agent", action in Action::"AgentCall", resource is Agent)\nwhen { resource == principal };',
    'agent-calls-own-ticket':
      '@id("agent-calls-own-ticket")\n@reason("an agent claims, keeps, reports and hands back what it was given")\npermit (principal is Agent in Role::"agent", action in Action::"TicketCall", resource)\nwhen { resource has holder && resource.holder == principal.agent_id };',
    'agent-capabilities':
      '@id("agent-capabilities")\n@reason("the agent lacks a capability that the ticket requires")\nforbid (principal is Agent, action == Action::"DispatchTicket", resource)\nunless { principal.capabilities.containsAll(resource.required_capabilities) };',
    'agent-clearance':
      '@id("agent-clearance")\n@reason("the ticket\'s security level is above the agent\'s clearance")\nforbid (principal is Agent, action in [Action::"DispatchTicket", Action::"TicketCall"], resource)\nwhen { resource.security_level > principal.clearance };',
    'agent-gets-tickets':
      '@id("agent-gets-tickets")\n@reason("agents are given tickets")\npermit (principal is Agent in Role::"agent", action == Action::"DispatchTicket", resource);',
    'agent-of-another':
      '@id("agent-of-another")\n@reason("the agent belongs to another principal")\nforbid (principal is Agent, action in [Action::"TicketCall", Action::"AgentCall"], resource)\nwhen { principal has principal && context has caller && context.caller != principal.principal };',
    'agent-quarantined':
      '@id("agent-quarantined")\n@reason("the agent is in quarantine")\nforbid (\n  principal is Agent,\n  action in\n    [Action::"DispatchTicket", Action::"ClaimTicket", Action::"HeartbeatTicket", Action::"ReportTicket", Action::"ReadInbox"],\n  resource\n)\nwhen { principal.quarantined };',
    'agent-role-registers':
      '@id("agent-role-registers")\n@reason("whoever runs agents registers them")\npermit (principal is User in Role::"agent", action == Action::"RegisterAgent", resource);',
    'approval-by-author':
      '@id("approval-by-author")\n@scope("resource")\n@reason("the author of a plan cannot approve it")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen {\n  context.starts &&\n  resource.needs_approval &&\n  resource has author &&\n  resource has approver &&\n  resource.author == resource.approver\n};',
    'approval-missing':
      '@id("approval-missing")\n@scope("resource")\n@reason("the plan must be approved by somebody other than its author before it runs")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { context.starts && resource.needs_approval && !(resource.approved && resource has approver) };',
    'approve-own-plan':
      '@id("approve-own-plan")\n@reason("the author of a plan cannot approve or reject it")\nforbid (principal, action in [Action::"ApprovePlan", Action::"RejectPlan"], resource)\nwhen {\n  resource has author &&\n  (principal.names.contains(resource.author) ||\n  (context has on_behalf_of && context.on_behalf_of == resource.author))\n};',
    'approve-own-policies':
      '@id("approve-own-policies")\n@reason("whoever wrote policies cannot approve them")\nforbid (principal, action == Action::"ApprovePolicies", resource)\nwhen {\n  context has author &&\n  (principal.names.contains(context.author) || (context has on_behalf_of && context.on_behalf_of == context.author))\n};',
    'asset-above-level':
      '@id("asset-above-level")\n@scope("resource")\n@reason("it touches an asset that is classified above its security level")\nforbid (principal, action in [Action::"DispatchTicket", Action::"ClaimTicket"], resource)\nwhen { resource.touched.level > resource.security_level };',
    'asset-above-level-plan':
      '@id("asset-above-level-plan")\n@scope("resource")\n@reason("it touches an asset that is classified above the plan\'s security level")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource has work && resource.work.touched.level > resource.security_level };',
    'asset-not-conforming':
      '@id("asset-not-conforming")\n@scope("resource")\n@reason("it touches an asset that is not in the catalogue, retired, or not conforming")\nforbid (principal, action in [Action::"DispatchTicket", Action::"ClaimTicket"], resource)\nwhen { !resource.touched.conforming };',
    'asset-not-conforming-plan':
      '@id("asset-not-conforming-plan")\n@scope("resource")\n@reason("it touches an asset that is not in the catalogue, retired, or not conforming")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource has work && !resource.work.touched.conforming };',
    'asset-owner-keeps-asset':
      '@id("asset-owner-keeps-asset")\n@reason("its owner keeps an asset")\npermit (principal, action in [Action::"PutAsset", Action::"RetireAsset"], resource is Asset)\nwhen { principal.names.contains(resource.owner) };',
    'auditor-reads':
      '@id("auditor-reads")\n@reason("auditors read and verify")\npermit (principal in Role::"auditor", action in Action::"View", resource);',
    'break-glass-opens':
      '@id("break-glass-opens")\n@reason("operators, site reliability engineers and security may break the glass")\npermit (principal, action == Action::"BreakGlass", resource)\nwhen { principal in Role::"operator" || principal in Role::"sre" || principal in Role::"security" };',
    'break-glass-permits':
      '@id("break-glass-permits")\n@reason("the glass is broken")\npermit (\n  principal is User,\n  action in\n    [\n      Action::"View",\n      Action::"PausePlan",\n      Action::"ResumePlan",\n      Action::"CancelPlan",\n      Action::"RedrivePlan",\n      Action::"ApprovePlan",\n      Action::"RejectPlan",\n      Action::"RetryTicket",\n      Action::"SkipTicket",\n      Action::"ResolveIncident",\n      Action::"RevokeToken",\n      Action::"DrainAgent",\n      Action::"UndrainAgent",\n      Action::"QuarantineAgent",\n      Action::"OverrideStrategy",\n      Action::"RollBackPolicies"\n    ],\n  resource\n)\nwhen { principal.break_glass };',
    'break-glass-twice':
      '@id("break-glass-twice")\n@reason("the glass is broken already: it is not broken anew by whom it was broken for")\nforbid (principal is User, action == Action::"BreakGlass", resource)\nwhen { principal.break_glass };',
    'deadline-past':
      '@id("deadline-past")\n@reason("its plan\'s deadline has passed")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen { resource has deadline_ms && resource.deadline_ms <= context.now_ms };',
    'deadline-past-plan':
      '@id("deadline-past-plan")\n@reason("its deadline has passed")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource.deadline_ms <= context.now_ms };',
    'deadline-too-far':
      '@id("deadline-too-far")\n@reason("its plan\'s deadline is over seven days away")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen { resource has deadline_ms && resource.deadline_ms > context.now_ms + 604800000 };',
    'deadline-too-far-plan':
      '@id("deadline-too-far-plan")\n@reason("its deadline is over seven days away")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource.deadline_ms > context.now_ms + 604800000 };',
    'estimate-over-timeout':
      '@id("estimate-over-timeout")\n@scope("resource")\n@reason("its estimate is not below its timeout")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen { resource.estimated_ms >= resource.timeout_ms };',
    'estimate-over-timeout-plan':
      '@id("estimate-over-timeout-plan")\n@scope("resource")\n@reason("an estimate is not below its timeout")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource has work && resource.work.least_slack_ms <= 0 };',
    'estimate-too-short':
      '@id("estimate-too-short")\n@scope("resource")\n@reason("its estimate is shorter than its tenant\'s least")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen { !resource.compensates && resource.estimated_ms < resource.tenant.least_estimate_ms };',
    'estimate-too-short-plan':
      '@id("estimate-too-short-plan")\n@scope("resource")\n@reason("an estimate is shorter than its tenant\'s least")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource has work && resource.work.shortest_estimate_ms < resource.tenant.least_estimate_ms };',
    'grant-to-oneself':
      '@id("grant-to-oneself")\n@reason("nobody gives a role to themselves")\nforbid (principal, action == Action::"GrantRole", resource)\nwhen { context has subject && principal.names.contains(context.subject) };',
    'operator-approves':
      '@id("operator-approves")\n@reason("operators approve what waits for a person")\npermit (\n  principal in Role::"operator",\n  action in [Action::"ApprovePlan", Action::"RejectPlan", Action::"SkipTicket"],\n  resource\n);',
    'operator-runs-plans':
      '@id("operator-runs-plans")\n@reason("operators pause, resume and cancel plans")\npermit (\n  principal in Role::"operator",\n  action in [Action::"PausePlan", Action::"ResumePlan", Action::"CancelPlan"],\n  resource\n);',
    'operator-views':
      '@id("operator-views")\n@reason("operators look at everything")\npermit (principal in Role::"operator", action in Action::"View", resource);',
    'pii-asset-below-confidential':
      '@id("pii-asset-below-confidential")\n@scope("resource")\n@reason("an asset with personal data is classified at least confidential")\nforbid (principal, action == Action::"PutAsset", resource is Asset)\nwhen { resource.pii && resource.classification < 2 };',
    'pii-below-confidential':
      '@id("pii-below-confidential")\n@scope("resource")\n@reason("personal data implies at least CONFIDENTIAL")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen { resource.touched.pii && resource.security_level < 2 };',
    'pii-below-confidential-plan':
      '@id("pii-below-confidential-plan")\n@scope("resource")\n@reason("personal data implies at least CONFIDENTIAL")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource has work && resource.work.touched.pii && resource.security_level < 2 };',
    'platform-approves-policies':
      '@id("platform-approves-policies")\n@reason("platform engineers approve what others propose")\npermit (principal in Role::"platform", action == Action::"ApprovePolicies", resource);',
    'platform-changes-strategy':
      '@id("platform-changes-strategy")\n@reason("platform engineers change strategies")\npermit (principal in Role::"platform", action == Action::"OverrideStrategy", resource);',
    'platform-keeps-catalogue':
      '@id("platform-keeps-catalogue")\n@reason("platform engineers keep the catalogue")\npermit (principal in Role::"platform", action in [Action::"PutAsset", Action::"RetireAsset"], resource);',
    'platform-proposes-policies':
      '@id("platform-proposes-policies")\n@reason("platform engineers propose policies; others approve them")\npermit (principal in Role::"platform", action == Action::"ProposePolicies", resource);',
    'platform-views':
      '@id("platform-views")\n@reason("platform engineers look at everything")\npermit (principal in Role::"platform", action in Action::"View", resource);',
    'priority-below-band':
      '@id("priority-below-band")\n@scope("resource")\n@reason("its priority is below what its risk band asks for: critical CRITICAL, high HIGH, medium NORMAL")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen {\n  (resource.risk_band == "critical" && resource.priority < 3) ||\n  (resource.risk_band == "high" && resource.priority < 2) ||\n  (resource.risk_band == "medium" && resource.priority < 1)\n};',
    'priority-below-band-plan':
      '@id("priority-below-band-plan")\n@scope("resource")\n@reason("its priority is below what its risk band asks for: critical CRITICAL, high HIGH, medium NORMAL")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen {\n  resource has work &&\n  ((resource.risk_band == "critical" && resource.work.lowest_priority < 3) ||\n  (resource.risk_band == "high" && resource.work.lowest_priority < 2) ||\n  (resource.risk_band == "medium" && resource.work.lowest_priority < 1))\n};',
    'producer-puts-plans':
      '@id("producer-puts-plans")\n@reason("producers put plans")\npermit (principal in Role::"producer", action == Action::"AcceptPlan", resource);',
    'producer-reads-own-plans':
      '@id("producer-reads-own-plans")\n@reason("producers read their own plans")\npermit (principal in Role::"producer", action in [Action::"ViewPlan", Action::"ViewTicket"], resource is Plan)\nwhen { resource has author && principal.names.contains(resource.author) };',
    'producer-reads-own-tickets':
      '@id("producer-reads-own-tickets")\n@reason("producers read the tickets of their own plans")\npermit (principal in Role::"producer", action == Action::"ViewTicket", resource is Ticket)\nwhen { resource has author && principal.names.contains(resource.author) };',
    'qos-below-band':
      '@id("qos-below-band")\n@scope("resource")\n@reason("its risk band asks for strong consistency, and effects that do not happen twice")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen { ["critical", "high"].contains(resource.risk_band) && !resource.exact };',
    'qos-below-band-plan':
      '@id("qos-below-band-plan")\n@scope("resource")\n@reason("its risk band asks for strong consistency, and effects that do not happen twice")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource has work && ["critical", "high"].contains(resource.risk_band) && !resource.work.exact };',
    'residency-assets':
      '@id("residency-assets")\n@reason("an asset that it touches may not be worked on in the agent\'s region")\nforbid (principal is Agent, action in [Action::"DispatchTicket", Action::"ClaimTicket"], resource)\nwhen { resource.touched has regions && !resource.touched.regions.contains(principal.region) };',
    'residency-tenant':
      '@id("residency-tenant")\n@reason("the tenant\'s data may not be worked on in the agent\'s region")\nforbid (principal is Agent, action in [Action::"DispatchTicket", Action::"ClaimTicket"], resource)\nwhen { resource.tenant has regions && !resource.tenant.regions.contains(principal.region) };',
    'retries-over-cap':
      '@id("retries-over-cap")\n@scope("resource")\n@reason("it asks for more retries than its risk band allows: critical 5, high 3, medium 2, low 1")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen {\n  (resource.risk_band == "critical" && resource.max_retries > 5) ||\n  (resource.risk_band == "high" && resource.max_retries > 3) ||\n  (resource.risk_band == "medium" && resource.max_retries > 2) ||\n  (resource.risk_band == "low" && resource.max_retries > 1)\n};',
    'retries-over-cap-plan':
      '@id("retries-over-cap-plan")\n@scope("resource")\n@reason("it asks for more retries than its risk band allows: critical 5, high 3, medium 2, low 1")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen {\n  resource has work &&\n  ((resource.risk_band == "critical" && resource.work.most_retries > 5) ||\n  (resource.risk_band == "high" && resource.work.most_retries > 3) ||\n  (resource.risk_band == "medium" && resource.work.most_retries > 2) ||\n  (resource.risk_band == "low" && resource.work.most_retries > 1))\n};',
    'security-keeps-access':
      '@id("security-keeps-access")\n@reason("security says who may what")\npermit (principal in Role::"security", action in [Action::"GrantRole", Action::"RevokeRole"], resource);',
    'security-keeps-policies':
      '@id("security-keeps-policies")\n@reason("security keeps the policies")\npermit (\n  principal in Role::"security",\n  action in\n    [Action::"ProposePolicies", Action::"ApprovePolicies", Action::"RollBackPolicies", Action::"ShadowPolicies"],\n  resource\n);',
    'security-revokes':
      '@id("security-revokes")\n@reason("security revokes tokens, rotates keys and puts agents into quarantine")\npermit (\n  principal in Role::"security",\n  action in\n    [\n      Action::"RevokeToken",\n      Action::"IntrospectToken",\n      Action::"RotateKeys",\n      Action::"QuarantineAgent",\n      Action::"ReleaseAgent"\n    ],\n  resource\n);',
    'security-views':
      '@id("security-views")\n@reason("security looks at everything")\npermit (principal in Role::"security", action in Action::"View", resource);',
    'sre-drains-agents':
      '@id("sre-drains-agents")\n@reason("site reliability engineers drain agents")\npermit (principal in Role::"sre", action in [Action::"DrainAgent", Action::"UndrainAgent"], resource);',
    'sre-repairs':
      '@id("sre-repairs")\n@reason("site reliability engineers run playbooks: retry, redrive, resolve")\npermit (\n  principal in Role::"sre",\n  action in [Action::"RetryTicket", Action::"SkipTicket", Action::"RedrivePlan", Action::"ResolveIncident"],\n  resource\n);',
    'sre-views':
      '@id("sre-views")\n@reason("site reliability engineers look at everything")\npermit (principal in Role::"sre", action in Action::"View", resource);',
    'tenant-capabilities-plan':
      '@id("tenant-capabilities-plan")\n@scope("resource")\n@reason("a task requires a capability that is not on its tenant\'s list")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen { resource.tenant has capabilities && resource has work }\nunless { resource.tenant.capabilities.containsAll(resource.work.capabilities) };',
    'tenant-capabilities-ticket':
      '@id("tenant-capabilities-ticket")\n@scope("resource")\n@reason("it requires a capability that is not on its tenant\'s list")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen { resource.tenant has capabilities }\nunless { resource.compensates || resource.tenant.capabilities.containsAll(resource.required_capabilities) };',
    'tenant-not-permitted':
      '@id("tenant-not-permitted")\n@scope("resource")\n@reason("the tenant is not on the list of those that may run anything")\nforbid (principal, action == Action::"AcceptPlan", resource)\nunless { resource.tenant.permitted };',
    'tenant-not-permitted-ticket':
      '@id("tenant-not-permitted-ticket")\n@scope("resource")\n@reason("the tenant is not on the list of those that may run anything")\nforbid (principal, action == Action::"DispatchTicket", resource)\nunless { resource.compensates || resource.tenant.permitted };',
    'tenant-of-all':
      '@id("tenant-of-all")\n@reason("the answer would be of all tenants: ask about one plan")\nforbid (\n  principal is User,\n  action in [Action::"ViewPlan", Action::"ViewTicket", Action::"ViewIncident", Action::"ViewAudit"],\n  resource is Hive\n)\nunless { principal.all_tenants || (context has by_tenant && context.by_tenant) };',
    'tenant-of-another-agent':
      '@id("tenant-of-another-agent")\n@reason("the agent does not work for this tenant")\nforbid (principal is Agent, action in [Action::"DispatchTicket", Action::"TicketCall"], resource)\nunless { principal.tenants.isEmpty() || principal.tenants.contains(resource.tenant_id) };',
    'tenant-of-another-plan':
      '@id("tenant-of-another-plan")\n@reason("the plan is another tenant\'s")\nforbid (principal is User, action, resource is Plan)\nunless { principal.all_tenants || principal in resource.tenant };',
    'tenant-of-another-ticket':
      '@id("tenant-of-another-ticket")\n@reason("the ticket is another tenant\'s")\nforbid (principal is User, action, resource is Ticket)\nunless { principal.all_tenants || principal in resource.tenant };',
    'timeout-over-cap':
      '@id("timeout-over-cap")\n@scope("resource")\n@reason("its timeout is over its risk band\'s cap: critical 2 h, high 1 h, medium 30 min, low 15 min")\nforbid (principal, action == Action::"DispatchTicket", resource)\nwhen {\n  (resource.risk_band == "critical" && resource.timeout_ms > 7200000) ||\n  (resource.risk_band == "high" && resource.timeout_ms > 3600000) ||\n  (resource.risk_band == "medium" && resource.timeout_ms > 1800000) ||\n  (resource.risk_band == "low" && resource.timeout_ms > 900000)\n};',
    'timeout-over-cap-plan':
      '@id("timeout-over-cap-plan")\n@scope("resource")\n@reason("a timeout is over its risk band\'s cap: critical 2 h, high 1 h, medium 30 min, low 15 min")\nforbid (principal, action == Action::"AcceptPlan", resource)\nwhen {\n  resource has work &&\n  ((resource.risk_band == "critical" && resource.work.longest_timeout_ms > 7200000) ||\n  (resource.risk_band == "high" && resource.work.longest_timeout_ms > 3600000) ||\n  (resource.risk_band == "medium" && resource.work.longest_timeout_ms > 1800000) ||\n  (resource.risk_band == "low" && resource.work.longest_timeout_ms > 900000))\n};',
  },
  tenants: {
    listed: {
      default: {},
    },
    unlisted: {
      permitted: true,
    },
    least_estimate_ms: 1,
  },
};
