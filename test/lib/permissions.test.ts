import { describe, expect, test } from 'vitest';
import { ROUTES as ROUTES_OF_API } from '../../api/rest/routes.ts';
import { AgentService } from '../../api/rpc/generated/neural_hive/v1/agent_pb.js';
import { IncidentService } from '../../api/rpc/generated/neural_hive/v1/incident_pb.js';
import { PlanService } from '../../api/rpc/generated/neural_hive/v1/plan_pb.js';
import { StrategyService } from '../../api/rpc/generated/neural_hive/v1/strategy_pb.js';
import { TicketService } from '../../api/rpc/generated/neural_hive/v1/ticket_pb.js';
import { arnText } from './arn-text.ts';
import { ofType, type Synthesised, synthesise } from './synth.ts';

const synthesised = synthesise();

const LOGS = (name: string) => [
  `logs:CreateLogStream on /aws/lambda/hive-dev-${name}`,
  `logs:PutLogEvents on /aws/lambda/hive-dev-${name}`,
];
const TRACES = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
const MACHINES = 'states:::stateMachine:hive-dev-plan-*';
const INBOXES = 'sqs:::hive-dev-inbox-*';
const ROUND = ['sqs:SendMessage on hive-dev-pool.fifo'];
const TIMER = ['sqs:SendMessage on hive-dev-timers'];
const START = [
  'iam:PassRole on AWS::IAM::Role if {"StringEquals":{"iam:PassedToService":"states.amazonaws.com"}}',
  `states:CreateStateMachine on ${MACHINES}`,
  `states:StartExecution on ${MACHINES}`,
];
const TASK_ANSWERS = [`states:SendTaskFailure on ${MACHINES}`, `states:SendTaskSuccess on ${MACHINES}`];
const consume = (queue: string) => [
  `sqs:ChangeMessageVisibility on ${queue}`,
  `sqs:DeleteMessage on ${queue}`,
  `sqs:GetQueueAttributes on ${queue}`,
  `sqs:ReceiveMessage on ${queue}`,
];
const FOLLOW = [
  'dynamodb:DescribeStream on stream of hive-dev-ledger',
  'dynamodb:GetRecords on stream of hive-dev-ledger',
  'dynamodb:GetShardIterator on stream of hive-dev-ledger',
  'dynamodb:ListStreams on *',
];
const ledger = (...actions: string[]) => actions.map((action) => `dynamodb:${action} on hive-dev-ledger`);
/** A permission for items of such partitions alone. */
const only =
  (operator: string, ...keys: string[]) =>
  (permission: string) =>
    `${permission} if {"ForAllValues:${operator}":{"dynamodb:LeadingKeys":${JSON.stringify(keys)}}}`;
/** What was refused is written down, and what it is a sign of. */
const REFUSE = ledger('GetItem', 'PutItem', 'UpdateItem').map(only('StringLike', 'REFUSAL#*', 'SIGNAL#*', 'MARK#*'));
/** Appends to what running plans are made of, and to nothing else. */
const WORK = ledger('PutItem', 'UpdateItem').map(
  only(
    ...(['StringLike', 'PLAN#*', 'TICKET#*', 'INCIDENT#*', 'REJECTION#*', 'POOLS', 'POOL#*', 'SHARES#*'] as const),
    ...['TRAIL#*', 'AGENT#*', 'HEALTH#*', 'GUARD#*'],
  ),
);
const REMOVES = ledger('DeleteItem').map(only('StringLike', 'POOL#*', 'GUARD#*'));
const UNLISTS = ledger('DeleteItem').map(only('StringLike', 'CAPABILITY#*'));
const CHANGES = ledger('UpdateItem').map(only('StringLike', 'AGENT#*', 'TICKET#*', 'GUARD#*'));
const OF_TICKETS = ledger('PutItem', 'UpdateItem').map(only('StringLike', 'TICKET#*', 'GUARD#*'));
/** What the end of a ticket or a plan takes: what follows is released, cancelled or undone. */
const END = [
  ...ledger('BatchGetItem', 'GetItem', 'Query'),
  ...WORK,
  ...REMOVES,
  'dynamodb:Query on hive-dev-ledger/index/by_parent',
];
const ofKeys = only('StringEquals', 'KEYRING#ticket-tokens');
const READS_KEYS = ofKeys('dynamodb:GetItem on hive-dev-ledger');
const CHECKS_TOKENS = [READS_KEYS];
const UNWRAPS_KEYS = 'kms:Decrypt on AWS::KMS::Key';
const ROTATES_KEYS = [
  ...ledger('GetItem', 'PutItem', 'UpdateItem').map(ofKeys),
  'kms:GenerateDataKeyPairWithoutPlaintext on AWS::KMS::Key',
];
const ROUTES = [
  'execute-api:Invoke on execute-api:::hive-dev-agents/dev/DELETE/agents/*',
  'execute-api:Invoke on execute-api:::hive-dev-agents/dev/GET/agents/*/inbox',
  'execute-api:Invoke on execute-api:::hive-dev-agents/dev/POST/agents/*/heartbeat',
  'execute-api:Invoke on execute-api:::hive-dev-agents/dev/POST/tickets/*/claim',
  'execute-api:Invoke on execute-api:::hive-dev-agents/dev/POST/tickets/*/hand-back',
  'execute-api:Invoke on execute-api:::hive-dev-agents/dev/POST/tickets/*/heartbeat',
  'execute-api:Invoke on execute-api:::hive-dev-agents/dev/POST/tickets/*/report',
  'execute-api:Invoke on execute-api:::hive-dev-agents/dev/PUT/agents/*',
];

/** Everything that each function may do besides its own log and trace. */
const FUNCTIONS: Record<string, string[]> = {
  'accept-plan': [
    ...ledger('BatchGetItem', 'GetItem', 'Query'),
    ...WORK,
    ...START,
    ...TIMER,
    'sqs:SendMessage on hive-dev-accept-plan-dlq',
  ],
  'schedule-tickets': [
    ...END,
    ...ledger('PutItem', 'UpdateItem').map(only('StringLike', 'BREAKER#*')),
    ...consume('hive-dev-pool.fifo'),
    `sqs:SendMessage on ${INBOXES}`,
    ...ROUND,
    ...TIMER,
    ...TASK_ANSWERS,
  ],
  'register-agent': [
    ...REFUSE,
    ...ledger('ConditionCheckItem', 'GetItem', 'Query'),
    ...ledger('PutItem', 'UpdateItem').map(only('StringLike', 'AGENT#*', 'CAPABILITY#*', 'GUARD#*')),
    ...UNLISTS,
    `sqs:CreateQueue on ${INBOXES}`,
    ...ROUND,
  ],
  'heartbeat-agent': [...REFUSE, ...ledger('GetItem', 'Query'), ...CHANGES, ...CHECKS_TOKENS, UNWRAPS_KEYS, ...ROUND],
  'sweep-pools': [...ledger('Query'), ...ROUND],
  'remove-agent': [
    ...REFUSE,
    ...ledger('ConditionCheckItem', 'GetItem', 'Query'),
    ...CHANGES,
    ...UNLISTS,
    `sqs:DeleteQueue on ${INBOXES}`,
    `sqs:GetQueueUrl on ${INBOXES}`,
  ],
  'choose-strategy': [
    ...ledger('GetItem', 'PutItem', 'UpdateItem').map(only('StringEquals', 'STRATEGY#scheduler')),
    ...ledger('Query').map(only('StringLike', 'TALLY#*')),
  ],
  'claim-ticket': [...REFUSE, ...ledger('GetItem', 'Query'), ...OF_TICKETS, ...ROTATES_KEYS, UNWRAPS_KEYS],
  'heartbeat-ticket': [...REFUSE, ...ledger('GetItem', 'Query'), ...CHANGES, ...CHECKS_TOKENS],
  'rotate-keys': ROTATES_KEYS,
  'publish-keys': [READS_KEYS],
  'read-inbox': [...REFUSE, ...ledger('GetItem', 'Query'), ...ledger('UpdateItem').map(only('StringLike', 'GUARD#*'))],
  'hand-back-ticket': [...REFUSE, ...ledger('GetItem', 'Query'), ...WORK, ...CHECKS_TOKENS, ...ROUND, ...TIMER],
  'report-ticket': [...REFUSE, ...END, ...CHECKS_TOKENS, ...ROUND, ...TIMER, ...TASK_ANSWERS],
  'complete-plan': [
    ...END,
    ...ROUND,
    ...TIMER,
    ...TASK_ANSWERS,
    `sqs:SendMessage on ${INBOXES}`,
    'sqs:SendMessage on hive-dev-complete-plan-dlq',
  ],
  'fire-timers': [
    ...END,
    ...ledger('ConditionCheckItem'),
    ...ROUND,
    ...TIMER,
    ...consume('hive-dev-timers'),
    ...TASK_ANSWERS,
    ...START,
    'states:DescribeExecution on states:::execution:hive-dev-plan-*',
    `sqs:SendMessage on ${INBOXES}`,
  ],
  'serve-api': [
    ...END,
    ...REFUSE,
    ...ledger('PutItem', 'UpdateItem').map(
      only(
        ...(['StringLike', 'GRANTS#*', 'POLICIES#*', 'ENROLMENT#*', 'CREDENTIAL#*', 'KEYRING#ticket-tokens'] as const),
        ...['ASSET#*', 'STRATEGY#scheduler', 'BREAKER#*'],
      ),
    ),
    ...ledger('ConditionCheckItem'),
    ...ROUND,
    ...TIMER,
    ...TASK_ANSWERS,
    ...START,
    `sqs:SendMessage on ${INBOXES}`,
  ],
  'watch-agents': [
    ...ledger('BatchGetItem', 'ConditionCheckItem', 'GetItem', 'Query'),
    ...WORK,
    ...REMOVES,
    ...UNLISTS,
    ...ROUND,
    ...TIMER,
    `sqs:DeleteQueue on ${INBOXES}`,
    `sqs:GetQueueUrl on ${INBOXES}`,
    `sqs:SendMessage on ${INBOXES}`,
  ],
  'project-ledger': [
    ...FOLLOW,
    ...ledger('UpdateItem').map(only('StringLike', 'TALLY#*')),
    ...ledger('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem').map(only('StringLike', 'FAILURES#*', 'BREAKER#*')),
    ...ledger('PutItem').map(only('StringEquals', 'LOG#pending')),
    'events:PutEvents on hive-dev',
    'sqs:SendMessage on hive-dev-project-ledger-dlq',
    ...TIMER,
  ],
  'audit-assets': [
    ...ledger('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem').map(only('StringLike', 'ASSET#*')),
    only('StringEquals', 'ASSETS')('dynamodb:Query on hive-dev-ledger/index/by_parent'),
  ],
  'seal-log': [
    ...ledger('BatchWriteItem', 'Query').map(only('StringEquals', 'LOG#pending')),
    ...ledger('GetItem', 'PutItem', 'UpdateItem').map(only('StringEquals', 'AUDIT#log')),
    'kms:GetPublicKey on AWS::KMS::Key',
    'kms:Sign on AWS::KMS::Key',
    's3:GetObject on AWS::S3::Bucket/heads/*',
    's3:PutObject on AWS::S3::Bucket/heads/*',
  ],
  'forecast-demand': [...ledger('BatchGetItem', 'Query'), 'events:PutEvents on hive-dev'],
  'transform-agent': [...consume('hive-dev-inbox-transform-dev'), ...ROUTES],
};

describe('A function may do', () => {
  test.each(Object.entries(FUNCTIONS))('%s: exactly what its code calls', (name, may) => {
    expect(permissionsOfFunction(name)).toEqual([...may, ...LOGS(name), ...TRACES].sort());
  });

  test('nothing that is not in the table: every function is listed', () => {
    const names = ofType(synthesised, 'AWS::Lambda::Function').map(([, f]) => f.Properties.FunctionName);
    expect(names.sort()).toEqual(
      Object.keys(FUNCTIONS)
        .map((name) => `hive-dev-${name}`)
        .sort(),
    );
  });
});

describe('The ledger is written by its owners alone', () => {
  /** Who may write what decides what others may, and what was. */
  const OWNERS: Readonly<Record<string, readonly string[]>> = {
    'GRANTS#x': ['serve-api'],
    'POLICIES#in-force': ['serve-api'],
    'ENROLMENT#x': ['exchange-enrolment', 'serve-api'],
    'CREDENTIAL#x': ['exchange-enrolment', 'renew-credential', 'serve-api'],
    'KEYRING#ticket-tokens': ['claim-ticket', 'rotate-keys', 'serve-api'],
    'ASSET#x': ['audit-assets', 'serve-api'],
    'STRATEGY#scheduler': ['choose-strategy', 'serve-api'],
    'BREAKER#x': ['project-ledger', 'schedule-tickets', 'serve-api'],
    'AUDIT#log': ['seal-log'],
    'LOG#pending': ['project-ledger', 'seal-log'],
    // What somebody makes tomorrow.
    'ANYTHING#else': [],
  };
  const all = synthesise({
    context: {
      roles: '{"arn:aws:iam::123456789012:role/Admin":["security"]}',
      enrolledAgents: 'true',
    },
  });
  /** Each permission to write to the table, by the function or role that has it: which partitions, and by what. */
  const writes = ofType(all, 'AWS::IAM::Role').flatMap(([id, { Properties }]) => {
    const fn = ofType(all, 'AWS::Lambda::Function').find(([, f]) => f.Properties.Role['Fn::GetAtt'][0] === id);
    const name = String(fn?.[1].Properties.FunctionName ?? id).replace('hive-dev-', '');
    return statementsOf(Properties.Policies).flatMap(({ Action, Condition }) => {
      const actions = [Action].flat().filter((one) => /^dynamodb:(\*|Put|Update|Delete|BatchWrite|PartiQL)/.test(one));
      const keys = Object.entries((Condition ?? {}) as Record<string, Record<string, string | string[]>>)
        .filter(([operator]) => operator.startsWith('ForAllValues:String'))
        .flatMap(([, of]) => of['dynamodb:LeadingKeys'] ?? []);
      return actions.map((action) => ({ name, action, keys: Condition === undefined ? ['*'] : keys }));
    });
  });
  const writersOf = (key: string) =>
    [...new Set(writes.filter(({ keys }) => keys.some((like) => matches(like, key))).map(({ name }) => name))].sort();
  const matches = (like: string, key: string) =>
    like.endsWith('*') ? key.startsWith(like.slice(0, -1)) : like === key;

  test.each(Object.entries(OWNERS))('%s', (key, owners) => {
    expect(writersOf(key)).toEqual(owners);
  });

  test('nothing is deleted but what waits, lists and buckets: no event, no state', () => {
    const deleted = writes.filter(({ action }) => !/:(Put|Update)Item$/.test(action)).flatMap(({ keys }) => keys);
    expect([...new Set(deleted)].sort()).toEqual(['CAPABILITY#*', 'GUARD#*', 'LOG#pending', 'POOL#*']);
  });
});

describe('Whatever else is granted, nobody but the one that seals', () => {
  const only = { ArnNotEquals: { 'aws:PrincipalArn': expect.anything() } };
  const sealer = ofType(synthesised, 'AWS::IAM::Role').find(
    ([, { Properties }]) => Properties.RoleName === 'hive-dev-seal-log',
  );
  const denies = (policy: { Statement: (Statement & { Principal: unknown })[] }) =>
    policy.Statement.filter(
      ({ Effect, Condition }) => Effect === 'Deny' && JSON.stringify(Condition).includes('ArnNot'),
    );

  test('signs a head', () => {
    const [, key] = ofType(synthesised, 'AWS::KMS::Key').find(([id]) => id.startsWith('AuditLogKey')) ?? [];
    expect(denies(key?.Properties.KeyPolicy)).toEqual([
      { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'kms:Sign', Resource: '*', Condition: only },
    ]);
    expect(JSON.stringify(denies(key?.Properties.KeyPolicy))).toContain(':role/hive-dev-seal-log');
  });

  test('puts a head, or hides one', () => {
    const [, bucket] = ofType(synthesised, 'AWS::S3::BucketPolicy').find(([id]) => id.startsWith('AuditLog')) ?? [];
    expect(denies(bucket?.Properties.PolicyDocument)).toEqual([
      {
        ...{ Effect: 'Deny', Principal: { AWS: '*' }, Action: ['s3:DeleteObject', 's3:PutObject'] },
        ...{ Resource: expect.anything(), Condition: only },
      },
    ]);
    expect(JSON.stringify(denies(bucket?.Properties.PolicyDocument))).toContain(':role/hive-dev-seal-log');
    expect(sealer?.[1].Properties.Policies).toBeDefined();
  });
});

test('a plan machine may enter tickets, end plans, and write its log and trace', () => {
  const role = ofType(synthesised, 'AWS::IAM::Role').find(([id]) => id.startsWith('PlanMachines'));
  // Machines made at run time outlive the stack: a role of the same name takes the place of the one they were made with.
  expect(role?.[1].Properties.RoleName).toBe('hive-dev-plan-machine');
  const own = permissionsIn(synthesised, role?.[1].Properties.Policies).filter((p) => !/^(logs|xray):/.test(p));
  expect(own).toEqual(['lambda:InvokeFunction on lambda:::function:hive-dev-complete-plan', ...ROUND]);
});

test('a pull agent may call the API and empty inboxes', () => {
  expect(permissionsOfPolicy('agent')).toEqual([
    ...ROUTES,
    `sqs:ChangeMessageVisibility on ${INBOXES}`,
    `sqs:DeleteMessage on ${INBOXES}`,
    `sqs:ReceiveMessage on ${INBOXES}`,
  ]);
});

const MONITORING = 'execute-api:Invoke on execute-api:::hive-dev-monitoring/dev';

test('who monitors may read, and who operates may do that and use the verbs', () => {
  const reads = permissionsOfPolicy('monitor');
  expect(reads).toEqual(
    [
      ...['GET/v1/*', 'HEAD/v1/*'],
      ...['List', 'Get', 'Watch', 'Explain'].map((verb) => `POST/neural_hive.v1.*/${verb}*`),
    ]
      .map((path) => `${MONITORING}/${path}`)
      .sort(),
  );
  const operates = permissionsOfPolicy('operate');
  expect(operates.filter((permission) => reads.includes(permission))).toEqual(reads);
  expect(operates.filter((permission) => !reads.includes(permission))).toEqual(
    [
      ...['PUT/v1/strategy', 'PUT/v1/assets/*', 'POST/v1/policies', 'PUT/v1/policies/*'],
      ...[
        'plans',
        'tickets',
        'incidents',
        'agents',
        'enrolments',
        'assets',
        'guards',
        'tokens',
        'keys',
        'policies',
        'access',
      ].map((collection) => `POST/v1/${collection}/*`),
      ...[
        'Pause',
        'Resume',
        'Cancel',
        'Redrive',
        'Approve',
        'Reject',
        'Retry',
        'Skip',
        'Resolve',
        'Drain',
        'Undrain',
        'Override',
      ].map((verb) => `POST/neural_hive.v1.*/${verb}*`),
    ]
      .map((path) => `${MONITORING}/${path}`)
      .sort(),
  );
});

test('every route and every call of the services is allowed by the policy that is meant for it, and by no other', () => {
  const allowed = (policy: string) =>
    permissionsOfPolicy(policy).map((permission) => permission.split('/dev/')[1] ?? '');
  const matches = (paths: readonly string[], call: string) =>
    paths.some((path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(call));
  const calls = [
    ...ROUTES_OF_API.map(({ method, path }) => ({ reads: method === 'get', call: `${method.toUpperCase()}${path}` })),
    ...[PlanService, TicketService, AgentService, IncidentService, StrategyService].flatMap(({ typeName, methods }) =>
      methods.map(({ name, output }) => ({ reads: output.name !== 'VerbAnswer', call: `POST/${typeName}/${name}` })),
    ),
  ];
  expect(calls.length).toBeGreaterThan(30);
  for (const { reads, call } of calls) {
    expect([call, matches(allowed('monitor'), call)]).toEqual([call, reads]);
    expect([call, matches(allowed('operate'), call)]).toEqual([call, true]);
  }
});

test('no policy is added to a role behind its back', () => {
  expect(ofType(synthesised, 'AWS::IAM::Policy')).toEqual([]);
});

function permissionsOfPolicy(name: string): string[] {
  const found = ofType(synthesised, 'AWS::IAM::ManagedPolicy').find(
    ([, { Properties }]) => Properties.ManagedPolicyName === `hive-dev-${name}`,
  );
  return permissionsIn(synthesised, [found?.[1].Properties]);
}

function permissionsOfFunction(name: string): string[] {
  const found = ofType(synthesised, 'AWS::Lambda::Function').find(
    ([, f]) => f.Properties.FunctionName === `hive-dev-${name}`,
  );
  const roleId = found?.[1].Properties.Role['Fn::GetAtt'][0];
  return permissionsIn(synthesised, synthesised.resources[roleId]?.Properties.Policies);
}

/** `action on resource`, sorted. */
function permissionsIn(
  { resources }: Synthesised,
  policies: { PolicyDocument: { Statement: Statement[] } }[],
): string[] {
  const lines = statementsOf(policies).flatMap(({ Action, Resource, Condition, Effect }) => {
    expect(Effect).toBe('Allow');
    const condition = Condition ? ` if ${JSON.stringify(Condition)}` : '';
    return [Action]
      .flat()
      .flatMap((action) =>
        [Resource].flat().map((resource) => `${action} on ${arnText(resource, resources)}${condition}`),
      );
  });
  return lines.sort();
}

function statementsOf(policies: { PolicyDocument: { Statement: Statement[] } }[] = []): Statement[] {
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}
