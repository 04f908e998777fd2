/** One question to the policies: may this principal do this to that, as things stand. Shapes follow Cedar's. */

/** What principals and resources are; `Hive` is the system as a whole. */
export type EntityType = 'User' | 'Role' | 'Tenant' | 'Agent' | 'Plan' | 'Ticket' | 'Asset' | 'Hive';

export interface EntityRef {
  readonly type: EntityType;
  readonly id: string;
}

/** Numbers are whole: Cedar has no others. */
export type PolicyValue =
  | string
  | number
  | boolean
  | readonly PolicyValue[]
  | { readonly [name: string]: PolicyValue }
  | { readonly __entity: EntityRef };

export interface Entity {
  readonly uid: EntityRef;
  readonly attrs: Readonly<Record<string, PolicyValue>>;
  readonly parents: readonly EntityRef[];
}

/** Everything that a policy may be about; the names are Cedar's action ids. */
export const ACTIONS = [
  // plans and tickets on their way
  ...['AcceptPlan', 'DispatchTicket', 'ClaimTicket', 'HeartbeatTicket', 'ReportTicket', 'HandBackTicket'],
  'ExchangeToken',
  // agents themselves
  ...['RegisterAgent', 'HeartbeatAgent', 'ReadInbox', 'RemoveAgent'],
  // looking
  ...[
    'ViewPlan',
    'ViewTicket',
    'ViewAgent',
    'ViewIncident',
    'ViewStrategy',
    'ViewAsset',
    'ViewPolicy',
    'ViewAccess',
    'ViewAudit',
  ],
  // operators' verbs
  ...['PausePlan', 'ResumePlan', 'CancelPlan', 'RedrivePlan', 'ApprovePlan', 'RejectPlan'],
  ...['RetryTicket', 'SkipTicket', 'ResolveIncident', 'DrainAgent', 'UndrainAgent', 'OverrideStrategy'],
  // guards
  'ResetGuard',
  // the catalogue
  ...['PutAsset', 'RetireAsset'],
  // policies and who may what
  ...['ProposePolicies', 'ApprovePolicies', 'RollBackPolicies', 'ShadowPolicies'],
  ...[
    'GrantRole',
    'RevokeRole',
    'BreakGlass',
    'EnrolAgent',
    'HandOverAgent',
    'QuarantineAgent',
    'ReleaseAgent',
    'RevokeToken',
    'IntrospectToken',
    'RotateKeys',
  ],
] as const satisfies readonly string[];
export type Action = (typeof ACTIONS)[number];

export interface AccessRequest {
  readonly principal: EntityRef;
  readonly action: string;
  readonly resource: EntityRef;
  readonly context: Readonly<Record<string, PolicyValue>>;
  /** principal and resource, and what they are in */
  readonly entities: readonly Entity[];
}
