/** Deploys the stack with the CDK command line that comes with the project. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HiveError } from '../core/errors.ts';
import { awsEnvironment, LOCAL_ACCOUNT, LOCAL_REGION } from './aws-environment.ts';
import { isBootstrapped } from './bootstrap.ts';
import { run } from './command.ts';
import { failuresIn, parseStackEvent } from './deploy-output.ts';
import { DEFAULT_NAME, runFolder } from './home.ts';

export interface DeployProgress {
  readonly step: string;
  /** Resources of the stack that are ready, and how many there are; only while deploying. */
  readonly done?: number;
  readonly total?: number;
  /** The resource that has just become ready. */
  readonly resource?: string;
}

export interface DeployOptions {
  /** The local AWS; without one, AWS as the environment names it, which has to be bootstrapped already. */
  readonly endpoint?: string;
  readonly stage: string;
  /** Which local AWS's folder holds the synthesised app. */
  readonly name?: string;
  /** The app's command; default: the project's, from cdk.json. */
  readonly app?: string;
  readonly onProgress?: (progress: DeployProgress) => void;
}

const NO_PROFILE = ['--profile', ''];
const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Synthesises and deploys `NeuralHive-<stage>`; what is deployed already and unchanged is left alone.
 * @returns the stack's outputs by name
 * @throws HiveError DEPLOY_FAILED with the resources that failed and why
 */
export async function deployStack(options: DeployOptions): Promise<Record<string, string>> {
  const { endpoint, stage, name = DEFAULT_NAME, onProgress = () => {} } = options;
  const stack = `NeuralHive-${stage}`;
  const assembly = join(runFolder(name), 'cdk.out', stage);
  mkdirSync(dirname(assembly), { recursive: true });
  const env = endpoint === undefined ? process.env : { ...process.env, ...awsEnvironment({ endpoint }) };

  onProgress({ step: 'synthesising' });
  // One named in ~/.cdk.json would win over the credentials in the environment.
  const profile = endpoint === undefined ? [] : NO_PROFILE;
  const app = options.app === undefined ? [] : ['--app', options.app];
  const synth = cdk(
    ['synth', ...profile, '--quiet', '--output', assembly, '--context', `stage=${stage}`, ...app],
    env,
    stack,
  );
  // The two share nothing, and on an empty LocalStack each takes about as long as the other.
  const ends = await Promise.allSettled([
    synth,
    endpoint === undefined ? undefined : bootstrap(endpoint, env, stack, dirname(assembly)),
  ]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;

  const outputs = join(assembly, 'outputs.json');
  const total = countResources(join(assembly, `${stack}.template.json`));
  onProgress({ step: 'deploying', done: 0, total });
  const onLine = (line: string) => {
    const event = parseStackEvent(line);
    if (!event || event.stack !== stack || !/_COMPLETE$/.test(event.status)) return;
    if (event.type !== 'AWS::CloudFormation::Stack') {
      onProgress({ step: 'deploying', done: Math.min(event.done, total), total, resource: event.resource });
    }
  };
  // Without a change set a deployment saves a second; on AWS the change set is worth it.
  const method = endpoint === undefined ? [] : ['--method', 'direct'];
  const args = ['deploy', stack, '--app', assembly, '--require-approval', 'never', '--progress', 'events', ...profile];
  await cdk([...args, '--outputs-file', outputs, ...method], env, stack, onLine);
  return readOutputs(outputs, stack);
}

/** @param cwd any folder without a cdk.json, whose app this would start otherwise */
async function bootstrap(endpoint: string, env: NodeJS.ProcessEnv, stack: string, cwd: string): Promise<void> {
  if (await isBootstrapped(endpoint)) return;
  await cdk(['bootstrap', `aws://${LOCAL_ACCOUNT}/${LOCAL_REGION}`, ...NO_PROFILE], env, stack, undefined, cwd);
}

async function cdk(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stack: string,
  onLine: (line: string) => void = () => {},
  cwd: string = PROJECT,
): Promise<void> {
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    onLine(line);
  };
  const program = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const quiet = ['--no-color', '--no-notices', '--no-version-reporting'];
  const child = { cwd, env: { ...env, FORCE_COLOR: '0', CI: '' }, onLine: keep };
  const { status } = await run(process.execPath, [program, ...args, ...quiet], child);
  if (status !== 0) throw deployFailed(args[0] ?? '', stack, lines);
}

/** @param command the part of the CDK that failed: synth, bootstrap or deploy */
function deployFailed(command: string, stack: string, lines: readonly string[]): HiveError {
  const failures = failuresIn(lines);
  const reasons = failures.map(
    ({ resource, type, reason }) => `- ${resource}, ${type}: ${reason || 'no reason given'}`,
  );
  const last = lines.filter((line) => line.trim() && !parseStackEvent(line)).slice(-20);
  const message = `Deploying ${stack} failed (cdk ${command}):\n${(reasons.length > 0 ? reasons : last).join('\n')}`;
  return new HiveError('DEPLOY_FAILED', message, { status: 500, detail: { command, stack, failures, lines: last } });
}

function countResources(template: string): number {
  const { Resources = {} } = JSON.parse(readFileSync(template, 'utf8')) as { Resources?: Record<string, unknown> };
  return Object.keys(Resources).length;
}

function readOutputs(file: string, stack: string): Record<string, string> {
  const outputs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  return outputs[stack] ?? {};
}
