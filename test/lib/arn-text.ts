/** A resource of a policy as a person would write it: references by what they refer to, without partition and account. */
import type { Resource } from './synth.ts';

export function arnText(value: unknown, resources: Readonly<Record<string, Resource>>): string {
  if (typeof value === 'string') return value;
  const [[kind, of] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  if (kind === 'Ref') return pseudo(of as string) ?? named(of as string, resources);
  if (kind === 'Fn::GetAtt') {
    const [id = '', attribute] = of as string[];
    return attribute === 'StreamArn' ? `stream of ${named(id, resources)}` : named(id, resources);
  }
  if (kind === 'Fn::Join') {
    const [separator, parts] = of as [string, unknown[]];
    return parts
      .map((part) => arnText(part, resources))
      .join(separator)
      .replace(/^arn:aws:/, '');
  }
  throw new Error(`cannot read ${JSON.stringify(value)}`);
}

const pseudo = (ref: string): string | undefined =>
  ref === 'AWS::Partition' ? 'aws' : ref.startsWith('AWS::') ? '' : undefined;

function named(id: string, resources: Readonly<Record<string, Resource>>): string {
  const { Type, Properties } = resources[id] ?? { Type: 'missing', Properties: {} };
  const name =
    Properties.QueueName ?? Properties.TableName ?? Properties.LogGroupName ?? Properties.StageName ?? Properties.Name;
  return typeof name === 'string' ? name : Type;
}
