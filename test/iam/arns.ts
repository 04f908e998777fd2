/** Resources as a policy names them: the ARNs of a template's references, and patterns that ARNs match. */
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../local/aws-environment.ts';
import type { Resource } from '../lib/synth.ts';

const last = (text: string, separator: string): string => text.split(separator).at(-1) ?? '';
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;

export const tableArn = (name: string): string => (name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`));
export const queueArn = (nameOrUrl: string): string => arn('sqs', last(nameOrUrl, '/'));
export const functionArn = (name: string): string =>
  name.startsWith('arn:') ? name : arn('lambda', `function:${name}`);
export const machineArn = (name: string): string => arn('states', `stateMachine:${name}`);
export const busArn = (name: string): string => (name.startsWith('arn:') ? name : arn('events', `event-bus/${name}`));
export const keyArn = (id: string): string => (id.startsWith('arn:') ? id : arn('kms', `key/${id}`));
export const logGroupArn = (name: string): string => arn('logs', `log-group:${name}`);

/** By type: what `Fn::GetAtt Arn` of a resource is, from what it was called when it was made. */
const ARN_OF: Readonly<Record<string, (physicalId: string) => string>> = {
  'AWS::DynamoDB::GlobalTable': tableArn,
  'AWS::SQS::Queue': queueArn,
  'AWS::Lambda::Function': functionArn,
  'AWS::KMS::Key': keyArn,
  'AWS::Events::EventBus': busArn,
  'AWS::Logs::LogGroup': (name) => `${logGroupArn(name)}:*`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${LOCAL_ACCOUNT}:role/${name}`,
};

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': LOCAL_REGION,
  'AWS::AccountId': LOCAL_ACCOUNT,
};

/** A resource of a policy as text. @throws Error for what it does not know how to read */
export function resolveArn(
  value: unknown,
  resources: Readonly<Record<string, Resource>>,
  names: Readonly<Record<string, string>>,
): string {
  if (typeof value === 'string') return value;
  const [[kind, of] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  const named = (id: string): string => {
    const name = names[id];
    if (name === undefined) throw new Error(`the recording does not say what ${id} is called: it is of another stack`);
    return name;
  };
  if (kind === 'Ref') return PSEUDO[of as string] ?? named(of as string);
  if (kind === 'Fn::Join') {
    const [separator, parts] = of as [string, unknown[]];
    return parts.map((part) => resolveArn(part, resources, names)).join(separator);
  }
  if (kind === 'Fn::GetAtt') {
    const [id = '', attribute] = of as string[];
    if (attribute === 'StreamArn') return `${tableArn(named(id))}/stream/*`;
    const make = ARN_OF[resources[id]?.Type ?? ''];
    if (attribute === 'Arn' && make !== undefined) return make(named(id));
  }
  throw new Error(`cannot read ${JSON.stringify(value)}: teach test/iam/arns.ts`);
}

/** As IAM matches: `*` is any text, `?` any character. */
export function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
