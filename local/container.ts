/** LocalStack in a container: the same release, with Lambda functions in containers beside it. */
import { HiveError } from '../core/errors.ts';
import { run } from './command.ts';
import { LOCALSTACK_VERSION } from './home.ts';
import type { RunState } from './run-state.ts';
import { localStackSettings } from './settings.ts';

const IMAGE = `localstack/localstack:${LOCALSTACK_VERSION}`;

/** Arguments of `docker run`. */
export function dockerRunArguments(name: string, port: number): string[] {
  const environment = Object.entries({
    // 127.0.0.1 would be the function's own container there. This name is 127.0.0.1 for the host by public DNS, and
    // LocalStack for the functions, whose name server LocalStack is.
    ...localStackSettings('localhost.localstack.cloud', port),
    GATEWAY_LISTEN: `0.0.0.0:${port}`,
    MAIN_CONTAINER_NAME: containerName(name),
  });
  return [
    'run',
    '--detach',
    `--name=${containerName(name)}`,
    // From this machine only: LocalStack checks no credentials and can start containers.
    `--publish=127.0.0.1:${port}:${port}`,
    '--volume=/var/run/docker.sock:/var/run/docker.sock',
    ...environment.map(([key, value]) => `--env=${key}=${value}`),
    IMAGE,
  ];
}

export const containerName = (name: string) => `neural-hive-${name}`;

/** Pulls the image if need be and starts the container. @throws HiveError LOCAL_START_FAILED */
export async function startContainer(
  name: string,
  port: number,
  onProgress: (step: string) => void,
): Promise<RunState> {
  const present = await run('docker', ['image', 'inspect', IMAGE]);
  if (present.status !== 0) {
    onProgress(`pulling ${IMAGE}`);
    await docker(['pull', '--quiet', IMAGE]);
  }
  await stopContainer(containerName(name));
  await docker(dockerRunArguments(name, port));
  return { mode: 'container', port, container: containerName(name), started_at_ms: Date.now() };
}

/** Removes the container and the functions' containers that it started; those are named after it. */
export async function stopContainer(container: string): Promise<void> {
  await run('docker', ['stop', '--time=10', container]);
  const { stdout } = await run('docker', ['ps', '--all', '--quiet', `--filter=name=^${container}(-lambda-.*)?$`]);
  const left = stdout.split('\n').filter(Boolean);
  if (left.length > 0) await run('docker', ['rm', '--force', ...left]);
}

export async function containerRuns(container: string): Promise<boolean> {
  const { stdout } = await run('docker', ['inspect', '--format', '{{.State.Running}}', container]);
  return stdout.trim() === 'true';
}

export async function containerLog(container: string): Promise<string> {
  const { stdout, stderr } = await run('docker', ['logs', '--tail=30', container]);
  return stdout + stderr;
}

async function docker(args: readonly string[]): Promise<void> {
  const { status, stderr } = await run('docker', args);
  if (status === 0) return;
  const message = `The LocalStack container could not be started: ${stderr.trim()}
Stop the Docker engine to run LocalStack as host processes, or set AWS_ENDPOINT_URL.`;
  throw new HiveError('LOCAL_START_FAILED', message, { status: 500, detail: { command: `docker ${args[0]}` } });
}
