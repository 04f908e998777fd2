/**
 * The deployed stack as its template has it: functions with their memory and environment, and what calls them. Agents that
 * come with the stack are left out: what agents cost to run is theirs.
 */
import { existsSync } from 'node:fs';
import { ofType, type Resource, synthesise } from '../../test/lib/synth.ts';
import { TRACES_SAMPLED } from './assumptions.ts';

export interface DeployedFunction {
  /** `<verb>-<noun>`: the folder of its handler below lambdas/ */
  readonly name: string;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Lambda's own lines about each call are in its log */
  readonly logsCalls: boolean;
  /** share of its calls that are traced, beyond the first of each second */
  readonly traced: number;
}

export interface EventSource {
  readonly function: string;
  /** name of the queue; undefined: the ledger's stream */
  readonly queue: string | undefined;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly lanes: number;
  /** patterns of which a stream record must meet one */
  readonly filters: readonly unknown[];
}

export interface DeployedStack {
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly sources: readonly EventSource[];
  /** what a clock calls, and how often */
  readonly clocks: readonly { readonly function: string; readonly everyMs: number }[];
  readonly index: { readonly name: string; readonly partition: string; readonly sort: string };
}

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const MINUTE_MS = 60_000;

/** The stack for production, without building its code. */
export function readStack(): DeployedStack {
  const synthesised = synthesise({ stage: 'prod' });
  const { resources } = synthesised;
  const all = (type: string): Resource[] => ofType(synthesised, type).map(([, resource]) => resource);
  const nameOf = (logicalId: string): string =>
    resources[logicalId]?.Properties.FunctionName.replace(/^hive-prod-/, '');

  const calledByApi = new Set(
    all('AWS::Lambda::Permission')
      .filter(({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com')
      .map(({ Properties }) => nameOf(Properties.FunctionName['Fn::GetAtt'][0])),
  );
  const [rule] = all('AWS::XRay::SamplingRule');
  const traced = (name: string): number =>
    calledByApi.has(name) && rule !== undefined ? rule.Properties.SamplingRule.FixedRate : TRACES_SAMPLED;

  const isOurs = (name: string): boolean => existsSync(new URL(`../../lambdas/${name}/handler.ts`, import.meta.url));
  const functions = all('AWS::Lambda::Function').map(({ Properties }): DeployedFunction => {
    const variables = Object.entries(Properties.Environment?.Variables ?? {});
    const name = Properties.FunctionName.replace(/^hive-prod-/, '');
    return {
      name,
      logsCalls: Properties.LoggingConfig?.SystemLogLevel !== 'WARN',
      traced: traced(name),
      memoryMb: Properties.MemorySize,
      environment: Object.fromEntries(variables.map(([name, value]) => [name, textOf(value, resources)])),
    };
  });
  const sources = all('AWS::Lambda::EventSourceMapping').map(({ Properties }): EventSource => {
    const [source] = Properties.EventSourceArn['Fn::GetAtt'];
    return {
      function: nameOf(Properties.FunctionName.Ref),
      queue: resources[source]?.Properties.QueueName,
      batchSize: Properties.BatchSize,
      windowMs: (Properties.MaximumBatchingWindowInSeconds ?? 0) * 1000,
      lanes: Properties.ParallelizationFactor ?? 1,
      filters: (Properties.FilterCriteria?.Filters ?? []).map(({ Pattern }: { Pattern: string }) =>
        JSON.parse(Pattern),
      ),
    };
  });
  const clocks = all('AWS::Events::Rule').flatMap(({ Properties }) => {
    const minutes = /^rate\((\d+) minutes?\)$/.exec(Properties.ScheduleExpression ?? '')?.[1];
    if (minutes === undefined) return [];
    const [id] = Properties.Targets[0].Arn['Fn::GetAtt'];
    return [{ function: nameOf(id), everyMs: Number(minutes) * MINUTE_MS }];
  });
  const [table] = all('AWS::DynamoDB::GlobalTable');
  const indexes = table?.Properties.GlobalSecondaryIndexes ?? [];
  if (indexes.length !== 1 || indexes[0].Projection.ProjectionType !== 'KEYS_ONLY')
    throw new Error('the bench knows a table with one index of keys alone: teach bench/cost/cloud/table.ts the others');
  const [partition, sort] = indexes[0].KeySchema.map((key: { AttributeName: string }) => key.AttributeName);
  return {
    functions: new Map(functions.filter(({ name }) => isOurs(name)).map((deployed) => [deployed.name, deployed])),
    sources: sources.filter((source) => isOurs(source.function)),
    clocks: clocks.filter((clock) => isOurs(clock.function)),
    index: { name: indexes[0].IndexName, partition, sort },
  };
}

/** A property's value as the deployed function would read it. */
function textOf(value: unknown, resources: Readonly<Record<string, Resource>>): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[kind, of] = ['', '']] = Object.entries(value);
  if (kind === 'Fn::Join') return (of[1] as unknown[]).map((part) => textOf(part, resources)).join(of[0]);
  if (kind === 'Fn::GetAtt') return `arn:aws:any:${REGION}:${ACCOUNT}:${of[0]}`;
  if (kind !== 'Ref') throw new Error(`${kind} is not known here`);
  const pseudo = { 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT, 'AWS::Partition': 'aws' }[of as string];
  const properties = resources[of]?.Properties;
  if (properties?.QueueName) return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${properties.QueueName}`;
  return pseudo ?? properties?.TableName ?? properties?.Name ?? String(of);
}
