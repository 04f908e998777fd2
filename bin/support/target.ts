/**
 * Which AWS and which stack a command is about. In this order:
 *
 * 1. `--aws`: AWS as the environment names it (region, credentials), whatever runs here;
 * 2. AWS_ENDPOINT_URL in the environment;
 * 3. the local AWS that `hive up` started under `--name`, while it answers;
 * 4. AWS as the environment names it.
 *
 * The stack is NeuralHive-<stage>: `--stage`, else what `hive up` deployed there, else `dev`.
 */
import type { Command } from 'commander';
import { awsEnvironment } from '../../local/aws-environment.ts';
import { answersHttp } from '../../local/health.ts';
import { refuse } from './errors.ts';
import type { Io } from './io.ts';
import { stage } from './options.ts';
import { readStackRecord } from './stack-record.ts';

export interface TargetOptions {
  readonly stage?: string;
  readonly name?: string;
  readonly aws?: true;
}

export interface Target {
  readonly kind: 'local' | 'aws';
  /** base URL of all services; undefined on AWS */
  readonly endpoint: string | undefined;
  readonly stage: string;
  readonly outputs: StackOutputs;
  /** what to add to another command so that it means the same target: ` --name second`, or nothing */
  readonly flags: string;
}

export interface StackOutputs {
  readonly LedgerTable: string;
  readonly EventBusName: string;
  readonly ApiUrl: string;
  readonly Region: string;
  readonly [name: string]: string;
}

const NEEDED = ['LedgerTable', 'EventBusName', 'ApiUrl', 'Region'] as const;
export const DEFAULT_STAGE = 'dev';

export const targetOptions = (command: Command): Command =>
  command
    .option('--stage <stage>', 'of the stack (default: what hive up deployed, else dev)', stage)
    .option('--name <name>', 'of the local AWS, if several run')
    .option('--aws', 'AWS itself, even while a local AWS runs');

/**
 * Finds the target and sets this process up for it: SDK clients made afterwards, and child processes, talk to it.
 * @throws HiveError STACK_NOT_FOUND, AWS_UNREACHABLE, AWS_ENDPOINT_INVALID, LOCAL_NAME_INVALID
 */
export async function resolveTarget(options: TargetOptions, io: Io): Promise<Target> {
  const where = await findEndpoint(options, io.env);
  if (where === undefined && options.aws) delete process.env.AWS_ENDPOINT_URL;
  if (where !== undefined) enter(where);
  const record = readStackRecord(options.name);
  const known = record !== undefined && record.endpoint === where ? record : undefined;
  const name = options.stage ?? known?.stage ?? DEFAULT_STAGE;
  const outputs = known?.stage === name ? known.outputs : await askCloudFormation(name, where);
  const missing = NEEDED.filter((output) => !outputs[output]);
  if (missing.length > 0)
    throw refuse('STACK_NOT_FOUND', `the stack NeuralHive-${name} has no output ${missing.join(', ')}`, {
      try: 'deploy this version of it: hive up (local) or npx cdk deploy (AWS)',
    });
  return {
    kind: where === undefined ? 'aws' : 'local',
    endpoint: where,
    stage: name,
    outputs: outputs as StackOutputs,
    flags: flagsOf(options),
  };
}

const flagsOf = ({ aws, name, stage }: TargetOptions): string =>
  [aws ? ' --aws' : '', name ? ` --name ${name}` : '', stage ? ` --stage ${stage}` : ''].join('');

/** The endpoint of the local AWS that is meant; undefined for AWS itself. */
export async function findEndpoint({ aws, name }: TargetOptions, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (aws) return undefined;
  const named = namedEndpoint(env);
  if (named !== undefined && named !== entered) return named;
  const record = readStackRecord(name);
  return record !== undefined && (await answersHttp(record.endpoint)) ? record.endpoint : undefined;
}

/**
 * AWS_ENDPOINT_URL as the environment has it.
 * @throws HiveError AWS_ENDPOINT_INVALID when it is no http(s) URL
 */
export function namedEndpoint({ AWS_ENDPOINT_URL: endpoint }: NodeJS.ProcessEnv): string | undefined {
  if (!endpoint) return undefined;
  if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return endpoint;
  throw refuse('AWS_ENDPOINT_INVALID', `AWS_ENDPOINT_URL is ${endpoint}, which is no http or https URL`, {
    try: 'set it to one, such as http://127.0.0.1:4566; or unset it, and hive finds what hive up started',
    detail: { endpoint },
  });
}

/**
 * The same target once more: where its stack is now, should it have been deployed anew. Never goes from a local AWS to
 * AWS, or back.
 * @throws as `resolveTarget`; STACK_NOT_FOUND when no local AWS runs any more
 */
export async function resolveAgain({ kind }: Target, options: TargetOptions, io: Io): Promise<Target> {
  if (kind === 'aws') return resolveTarget({ ...options, aws: true }, io);
  if ((await findEndpoint(options, io.env)) !== undefined) return resolveTarget(options, io);
  throw refuse('STACK_NOT_FOUND', 'the local AWS does not run any more', { try: `hive up${flagsOf(options)}` });
}

/** What this process put into AWS_ENDPOINT_URL itself: no wish of the user. */
let entered: string | undefined;

/** An endpoint that the user named keeps the user's own credentials and region; our own gets none that are real. */
function enter(endpoint: string): void {
  const own = process.env.AWS_ENDPOINT_URL === endpoint;
  if (!own) entered = endpoint;
  // With a profile the SDK passes over credentials in the environment, and would send the profile's there.
  if (!own) delete process.env.AWS_PROFILE;
  for (const [name, value] of Object.entries(awsEnvironment({ endpoint })))
    if (!own || (!process.env[name] && !(process.env.AWS_PROFILE && /ACCESS_KEY/.test(name))))
      process.env[name] = value;
}

async function askCloudFormation(name: string, endpoint: string | undefined): Promise<Record<string, string>> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const client = new CloudFormationClient(region === undefined ? {} : { region });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: `NeuralHive-${name}` }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    const { name: kind, message } = error as Error;
    const at = endpoint ?? `AWS${region === undefined ? '' : ` (${region})`}`;
    if (kind === 'ValidationError' && /does not exist/.test(message))
      throw refuse('STACK_NOT_FOUND', `there is no stack NeuralHive-${name} at ${at}`, {
        try: `hive up${name === DEFAULT_STAGE ? '' : ` --stage ${name}`} (local) or npx cdk deploy -c stage=${name} (AWS)`,
        cause: error,
      });
    if (endpoint === undefined && isNotSetUp(error as Error))
      throw refuse('AWS_UNREACHABLE', `no local AWS runs, and AWS is not set up here: ${message}`, {
        try: 'hive up starts a local AWS; for AWS itself set AWS_REGION and credentials',
        cause: error,
      });
    throw error;
  } finally {
    client.destroy();
  }
}

const isNotSetUp = ({ name, message }: Error): boolean =>
  name === 'CredentialsProviderError' || /Region is missing|Could not load credentials/i.test(message);
