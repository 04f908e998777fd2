/** From a call of the SDK to what IAM is asked for it (service authorization reference): actions, each on a resource. */
import { arn, busArn, functionArn, keyArn, logGroupArn, machineArn, queueArn, tableArn } from './arns.ts';
import type { Call } from './recording.ts';

export interface Asked {
  readonly action: string;
  /** undefined: the call does not say (an iterator, a task token): any resource of the action will do */
  readonly resource?: string;
  /** the values of condition keys */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

type Parameters = Call['parameters'];
type Translate = (parameters: Parameters) => readonly Asked[];
interface Wire {
  readonly S?: string;
}
interface Write {
  readonly TableName?: string;
  readonly Item?: { readonly pk?: Wire };
  readonly Key?: { readonly pk?: Wire };
}

const text = (value: unknown): string => String(value ?? '');
const one = (action: string, resource?: string): readonly Asked[] => [
  { action, ...(resource !== undefined && { resource }) },
];

/** @param keys partitions that are touched */
const onTable = (action: string, table: unknown, keys: readonly (string | undefined)[], index = ''): Asked => ({
  action: `dynamodb:${action}`,
  resource: `${tableArn(text(table))}${index}`,
  context: { 'dynamodb:LeadingKeys': keys.flatMap((key) => key ?? []) },
});
const keyOf = ({ Item, Key }: Write): string | undefined => (Item ?? Key)?.pk?.S;
const single =
  (action: string): Translate =>
  (parameters) => [onTable(action, parameters.TableName, [keyOf(parameters as Write)])];

const IN_TRANSACTION: Readonly<Record<string, string>> = {
  ...{
    Put: 'PutItem',
    Update: 'UpdateItem',
    Delete: 'DeleteItem',
    ConditionCheck: 'ConditionCheckItem',
    Get: 'GetItem',
  },
};
/** A transaction is authorised as the single calls that it is made of. */
const transaction: Translate = ({ TransactItems }) =>
  (TransactItems as Record<string, Write>[]).flatMap((item) =>
    Object.entries(item).map(([kind, write]) => onTable(IN_TRANSACTION[kind] ?? kind, write.TableName, [keyOf(write)])),
  );

const batch =
  (action: string, keysOf: (requests: unknown) => readonly (string | undefined)[]): Translate =>
  ({ RequestItems }) =>
    Object.entries(RequestItems as object).map(([table, requests]) => onTable(action, table, keysOf(requests)));
const keysRead = (requests: unknown) => (requests as { Keys: Required<Write>['Key'][] }).Keys.map(({ pk }) => pk?.S);
const keysWritten = (requests: unknown) =>
  (requests as Record<string, Write>[]).flatMap((request) => Object.values(request).map(keyOf));

/** The partition is the value that the first `name = :value` of the key condition asks for. */
const query: Translate = (parameters) => {
  const { TableName, IndexName, KeyConditionExpression, ExpressionAttributeValues } = parameters;
  const value = /=\s*(:\w+)/.exec(text(KeyConditionExpression))?.[1] ?? '';
  const key = (ExpressionAttributeValues as Record<string, Wire> | undefined)?.[value]?.S;
  return [onTable('Query', TableName, [key], IndexName === undefined ? '' : `/index/${IndexName}`)];
};

const onQueue =
  (action: string): Translate =>
  ({ QueueUrl, QueueName }) =>
    one(`sqs:${action}`, queueArn(text(QueueUrl ?? QueueName)));
const onObject =
  (action: string): Translate =>
  ({ Bucket, Key }) =>
    one(`s3:${action}`, `arn:aws:s3:::${Bucket}/${Key}`);
const onKey =
  (action: string): Translate =>
  ({ KeyId }) =>
    one(`kms:${action}`, keyArn(text(KeyId)));
const onStream =
  (action: string): Translate =>
  ({ StreamArn }) =>
    one(`dynamodb:${action}`, StreamArn === undefined ? undefined : text(StreamArn));
const onLogGroup =
  (action: string): Translate =>
  ({ logGroupName }) =>
    one(`logs:${action}`, `${logGroupArn(text(logGroupName))}:log-stream:one`);

const BY_OPERATION: Readonly<Record<string, Translate>> = {
  ...Object.fromEntries(
    ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((action) => [`dynamodb.${action}`, single(action)]),
  ),
  'dynamodb.Query': query,
  'dynamodb.BatchGetItem': batch('BatchGetItem', keysRead),
  'dynamodb.BatchWriteItem': batch('BatchWriteItem', keysWritten),
  'dynamodb.TransactWriteItems': transaction,
  'dynamodb.TransactGetItems': transaction,
  ...Object.fromEntries(
    ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((action) => [
      `dynamodbstreams.${action}`,
      onStream(action),
    ]),
  ),
  ...Object.fromEntries(
    ['SendMessage', 'DeleteMessage', 'ChangeMessageVisibility'].flatMap((action) => [
      [`sqs.${action}`, onQueue(action)],
      // A batch is authorised as what it is a batch of.
      [`sqs.${action}Batch`, onQueue(action)],
    ]),
  ),
  ...Object.fromEntries(
    ['ReceiveMessage', 'GetQueueAttributes', 'GetQueueUrl', 'CreateQueue', 'DeleteQueue'].map((action) => [
      `sqs.${action}`,
      onQueue(action),
    ]),
  ),
  's3.GetObject': onObject('GetObject'),
  's3.PutObject': onObject('PutObject'),
  ...Object.fromEntries(
    ['Sign', 'GetPublicKey', 'Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyPairWithoutPlaintext'].map(
      (action) => [`kms.${action}`, onKey(action)],
    ),
  ),
  'stepfunctions.StartExecution': ({ stateMachineArn }) => one('states:StartExecution', text(stateMachineArn)),
  'stepfunctions.CreateStateMachine': ({ name, roleArn }) => [
    ...one('states:CreateStateMachine', machineArn(text(name))),
    {
      action: 'iam:PassRole',
      resource: text(roleArn),
      context: { 'iam:PassedToService': ['states.amazonaws.com'] },
    },
  ],
  'stepfunctions.DescribeExecution': ({ executionArn }) => one('states:DescribeExecution', text(executionArn)),
  // The machine that the token is of; which one that is, the token does not say.
  'stepfunctions.SendTaskSuccess': () => one('states:SendTaskSuccess'),
  'stepfunctions.SendTaskFailure': () => one('states:SendTaskFailure'),
  'events.PutEvents': ({ Entries }) =>
    (Entries as { EventBusName?: string }[]).map(({ EventBusName }) => ({
      action: 'events:PutEvents',
      resource: busArn(EventBusName ?? 'default'),
    })),
  'lambda.Invoke': ({ FunctionName }) => one('lambda:InvokeFunction', functionArn(text(FunctionName))),
  'logs.CreateLogStream': onLogGroup('CreateLogStream'),
  // Local AWS asks for a function's log group before each environment's first line; on AWS the stack's own is there.
  'logs.CreateLogGroup': () => [],
  'logs.PutLogEvents': onLogGroup('PutLogEvents'),
  'xray.PutTraceSegments': () => one('xray:PutTraceSegments', arn('xray', 'any')),
  'xray.PutTelemetryRecords': () => one('xray:PutTelemetryRecords', arn('xray', 'any')),
  // Everybody may ask who they are.
  'sts.GetCallerIdentity': () => [],
};

/** @throws Error for an operation that it was not taught */
export function askedBy({ service, operation, parameters }: Call): readonly Asked[] {
  const translate = BY_OPERATION[`${service}.${operation}`];
  if (translate === undefined)
    throw new Error(`what IAM is asked for ${service} ${operation} is not known: teach test/iam/actions.ts`);
  return translate(parameters);
}
