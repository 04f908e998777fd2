/** Least privilege as it is measured: planted faults are found, one by one, and what is as it should be is not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ofType, synthesise } from '../lib/synth.ts';
import { type Asked, askedBy } from './actions.ts';
import { matchesPattern } from './arns.ts';
import { compare } from './compare.ts';
import { allows, type Grant, grantsOf, type RoleGrants } from './grants.ts';
import { linesOf } from './print.ts';
import { type Call, readRecording } from './recording.ts';
import { reasonFor } from './unused.ts';

const ARN = 'arn:aws:iam::000000000000:role/worker';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/ledger';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:pool.fifo';

const call = (service: string, operation: string, parameters: Call['parameters'] = {}): Call => ({
  ...{ role: ARN, service, operation, parameters },
});
const asks = (...args: Parameters<typeof call>): string[] =>
  askedBy(call(...args)).map(({ action, resource, context }) =>
    [action, resource, ...Object.values(context ?? {}).flat()].filter((part) => part !== undefined).join(' '),
  );
const pk = (S: string) => ({ pk: { S } });

describe('What IAM is asked for', () => {
  it('a transaction is each of the writes that it is made of, on the partition that it touches', () => {
    const TransactItems = [
      { Put: { TableName: 'ledger', Item: pk('TICKET#1') } },
      { Update: { TableName: 'ledger', Key: pk('AGENT#1') } },
      { Delete: { TableName: 'ledger', Key: pk('READY#1') } },
      { ConditionCheck: { TableName: 'ledger', Key: pk('PLAN#1') } },
    ];
    expect(asks('dynamodb', 'TransactWriteItems', { TransactItems })).toEqual([
      `dynamodb:PutItem ${TABLE} TICKET#1`,
      `dynamodb:UpdateItem ${TABLE} AGENT#1`,
      `dynamodb:DeleteItem ${TABLE} READY#1`,
      `dynamodb:ConditionCheckItem ${TABLE} PLAN#1`,
    ]);
  });

  it('a query is of the table or of an index, and of one partition', () => {
    const asked = {
      TableName: 'ledger',
      KeyConditionExpression: '#p = :p AND begins_with(sk, :s)',
      ExpressionAttributeValues: { ':p': { S: 'LOG#pending' }, ':s': { S: 'x' } },
    };
    expect(asks('dynamodb', 'Query', asked)).toEqual([`dynamodb:Query ${TABLE} LOG#pending`]);
    expect(asks('dynamodb', 'Query', { ...asked, IndexName: 'by_parent' })).toEqual([
      `dynamodb:Query ${TABLE}/index/by_parent LOG#pending`,
    ]);
  });

  it('a batch is of all partitions at once, read or written', () => {
    const Keys = [pk('A'), pk('B')];
    expect(asks('dynamodb', 'BatchGetItem', { RequestItems: { ledger: { Keys } } })).toEqual([
      `dynamodb:BatchGetItem ${TABLE} A B`,
    ]);
    const requests = [{ DeleteRequest: { Key: pk('A') } }, { PutRequest: { Item: pk('B') } }];
    expect(asks('dynamodb', 'BatchWriteItem', { RequestItems: { ledger: requests } })).toEqual([
      `dynamodb:BatchWriteItem ${TABLE} A B`,
    ]);
  });

  it('a batch of messages is what a single one is; a new machine takes its role along', () => {
    const QueueUrl = 'http://127.0.0.1:4566/queue/us-east-1/000000000000/pool.fifo';
    expect(asks('sqs', 'SendMessageBatch', { QueueUrl })).toEqual([`sqs:SendMessage ${QUEUE}`]);
    const made = asks('stepfunctions', 'CreateStateMachine', { name: 'm', roleArn: ARN });
    expect(made).toEqual([
      'states:CreateStateMachine arn:aws:states:us-east-1:000000000000:stateMachine:m',
      `iam:PassRole ${ARN} states.amazonaws.com`,
    ]);
  });

  it('objects, keys, buses and functions by their ARNs; a task token names nothing', () => {
    expect(asks('s3', 'PutObject', { Bucket: 'b', Key: 'heads/1' })).toEqual(['s3:PutObject arn:aws:s3:::b/heads/1']);
    expect(asks('kms', 'Sign', { KeyId: 'arn:aws:kms:x' })).toEqual(['kms:Sign arn:aws:kms:x']);
    expect(asks('events', 'PutEvents', { Entries: [{ EventBusName: 'hive' }] })).toEqual([
      'events:PutEvents arn:aws:events:us-east-1:000000000000:event-bus/hive',
    ]);
    expect(asks('lambda', 'Invoke', { FunctionName: 'f' })).toEqual([
      'lambda:InvokeFunction arn:aws:lambda:us-east-1:000000000000:function:f',
    ]);
    expect(asks('stepfunctions', 'SendTaskSuccess')).toEqual(['states:SendTaskSuccess']);
  });

  it('an operation that nobody has taught it is an error, not nothing', () => {
    expect(() => asks('dynamodb', 'Scan', {})).toThrow('teach test/iam/actions.ts');
  });
});

describe('A grant', () => {
  const grant: Grant = { action: 'dynamodb:Query', resource: TABLE };
  const asked: Asked = { action: 'dynamodb:Query', resource: TABLE, context: { 'dynamodb:LeadingKeys': ['TALLY#1'] } };
  const only = (operator: string, ...keys: string[]): Grant => ({
    ...grant,
    condition: { [operator]: { 'dynamodb:LeadingKeys': keys } },
  });

  it('covers its resource and none that begins alike', () => {
    expect(allows(grant, asked)).toBe(true);
    expect(allows(grant, { ...asked, resource: `${TABLE}/index/by_parent` })).toBe(false);
    expect(allows({ ...grant, resource: `${TABLE}*` }, { ...asked, resource: `${TABLE}/index/x` })).toBe(true);
    expect(allows(grant, { ...asked, action: 'dynamodb:PutItem' })).toBe(false);
  });

  it('covers the partitions that its condition names, all of them', () => {
    expect(allows(only('ForAllValues:StringLike', 'TALLY#*'), asked)).toBe(true);
    expect(allows(only('ForAllValues:StringEquals', 'TALLY#*'), asked)).toBe(false);
    const two = { ...asked, context: { 'dynamodb:LeadingKeys': ['TALLY#1', 'TICKET#1'] } };
    expect(allows(only('ForAllValues:StringLike', 'TALLY#*'), two)).toBe(false);
    expect(allows({ ...grant, condition: { StringEquals: { 'iam:PassedToService': 'x' } } }, asked)).toBe(false);
    expect(() => allows(only('NumericLessThan', '1'), asked)).toThrow('teach test/iam/grants.ts');
  });

  it('matches patterns as IAM does: a dot is a dot, a star is any text, a question mark one character', () => {
    expect(matchesPattern('a.b*', 'a.b/c:d')).toBe(true);
    expect(matchesPattern('a.b', 'axb')).toBe(false);
    expect(matchesPattern('a?', 'ab')).toBe(true);
    expect(matchesPattern('a?', 'a')).toBe(false);
  });
});

describe('The comparison', () => {
  const role = (...grants: Grant[]): RoleGrants => ({ role: 'worker', arn: ARN, grants });
  const send = call('sqs', 'SendMessage', { QueueUrl: 'http://x/pool.fifo' });
  const maySend: Grant = { action: 'sqs:SendMessage', resource: QUEUE };
  const none = () => undefined;

  it('passes a role that does exactly what it may', () => {
    const found = compare([send, send], [role(maySend)], none);
    expect(found).toMatchObject({ passed: true, strangers: [], roles: [{ grants: 1, used: 1 }] });
  });

  it('finds what is called and not allowed', () => {
    const found = compare([send, call('kms', 'Sign', { KeyId: 'k' })], [role(maySend)], none);
    expect(found.roles[0]?.missing).toEqual([expect.objectContaining({ action: 'kms:Sign' })]);
    expect(found.passed).toBe(false);
    expect(linesOf({ calls: 2, findings: found, lint: [], ran: true }).join('\n')).toContain(
      '✗ worker: kms:Sign on arn:aws:kms:us-east-1:000000000000:key/k is called, and not allowed',
    );
  });

  it('finds what is allowed and never called, unless somebody says why', () => {
    const idle: Grant = { action: 'sqs:DeleteQueue', resource: QUEUE };
    const found = compare([send], [role(maySend, idle)], none);
    expect(found).toMatchObject({ passed: false, roles: [{ unused: [idle], explained: [] }] });
    const explained = compare([send], [role(maySend, idle)], () => 'by hand alone');
    expect(explained).toMatchObject({
      passed: true,
      roles: [{ unused: [], explained: [{ because: 'by hand alone' }] }],
    });
  });

  it('finds a wildcard that nobody explains, and any in an action', () => {
    const wide: Grant = { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:*:*:pool*' };
    const found = compare([send], [role({ ...wide, resource: `${QUEUE.slice(0, -1)}*` })], none);
    expect(found).toMatchObject({ passed: false, roles: [{ wildcards: [{ action: 'sqs:SendMessage' }] }] });
    const because = { ...wide, resource: `${QUEUE.slice(0, -1)}*`, wildcardBecause: 'named at run time' };
    expect(compare([send], [role(because)], none).passed).toBe(true);
    expect(compare([send], [role({ ...because, action: 'sqs:*' })], none).passed).toBe(false);
  });

  it('finds a role that is not in the template; the deployer’s own is nobody’s business', () => {
    expect(compare([{ ...send, role: `${ARN}-2` }, send], [role(maySend)], none)).toMatchObject({
      ...{ passed: false, strangers: [`${ARN}-2`] },
    });
    const cdk = { ...send, role: 'arn:aws:iam::000000000000:role/cdk-x-deploy-role' };
    expect(compare([cdk, send], [role(maySend)], none).passed).toBe(true);
  });
});

describe('The stack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'neural-hive-iam-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has a reason for each of its wildcards, and grants that can be read', () => {
    const synthesised = synthesise({ target: 'local', stage: 'test' });
    const names = Object.fromEntries(Object.keys(synthesised.resources).map((id) => [id, id]));
    const roles = grantsOf(synthesised, names);
    expect(roles).toHaveLength(ofType(synthesised, 'AWS::IAM::Role').length);
    const { roles: found } = compare([], roles, reasonFor);
    expect(found.flatMap(({ role, wildcards }) => wildcards.map((grant) => [role, grant]))).toEqual([]);
    expect(roles.map(({ role }) => role)).toContain('seal-log');
  });

  it('is read from a recording that says what its resources are called', () => {
    const file = join(folder, 'calls.ndjson');
    const line = JSON.stringify(call('sqs', 'SendMessage', { QueueUrl: 'q' }));
    writeFileSync(file, `${line}\n`);
    expect(() => readRecording(file)).toThrow('broken off');
    writeFileSync(file, `${line}\n{"stack":"s","names":{"A":"a"}}\n`);
    expect(readRecording(file)).toMatchObject({ calls: [{ operation: 'SendMessage' }], names: { A: 'a' } });
    writeFileSync(file, `${line}\n{}\n`);
    expect(() => readRecording(file)).toThrow('line 2');
    writeFileSync(file, '{');
    expect(() => readRecording(file)).toThrow('line 1 is no JSON');
  });
});
