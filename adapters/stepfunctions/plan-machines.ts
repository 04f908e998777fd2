/** Plans' machines on Step Functions, content-addressed by shape and surroundings: made on first sight, started under the plan's name. */
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  type SFNClientConfig,
  StartExecutionCommand,
  StateMachineAlreadyExists,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { HiveError } from '../../core/errors.ts';
import { TICKET_FAILED } from '../../core/plan/compile/asl.ts';
import { type MachineIr, renderAsl } from '../../core/plan/compile/index.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Sha256 } from '../../core/ports/digest.ts';
import type { ExecutionStatus, PlanMachines, TaskAnswers } from '../../core/ports/plan-machines.ts';
import { CLIENT_CONFIG } from '../aws/client-config.ts';
import { executionName } from './execution-name.ts';
import { bindingDigest, type MachineSurroundings, machineName, templateMachineName } from './machine-name.ts';
import { whenNotThrottled } from './throttled.ts';

export interface PlanMachinesConfig extends MachineSurroundings {
  readonly machinePrefix: string;
  readonly region: string;
}

/** A machine just made may not be seen by StartExecution yet. */
const START_ATTEMPTS = 6;
const START_BACKOFF_MS = 200;
/** Step Functions' limit for a task failure. */
const MAX_CAUSE_CHARS = 32_768;

export function createTaskAnswers(client: SFNClient): TaskAnswers {
  return {
    completeTask: (taskToken) => waitedFor(() => client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))),
    failTask: (taskToken, { error, cause }) =>
      waitedFor(() =>
        client.send(
          new SendTaskFailureCommand({
            taskToken,
            error: TICKET_FAILED,
            cause: `${error}: ${cause}`.slice(0, MAX_CAUSE_CHARS),
          }),
        ),
      ),
  };
}

export const createSfnClient = (config: SFNClientConfig = {}): SFNClient =>
  new SFNClient({ ...CLIENT_CONFIG, ...config });

export function createPlanMachines(
  client: SFNClient,
  config: PlanMachinesConfig,
  { clock, sha256 }: { clock: Clock; sha256: Sha256 },
): PlanMachines {
  const [, partition = 'aws', , , account = ''] = config.roleArn.split(':');
  const arn = (kind: string, name: string) => `arn:${partition}:states:${config.region}:${account}:${kind}:${name}`;

  const digest = bindingDigest(config, sha256);

  /** Shapes whose machine came with the deploy, as far as this process has seen. */
  const templates = new Set<string>();

  async function create(name: string, ir: MachineIr): Promise<void> {
    try {
      const command = new CreateStateMachineCommand({
        name,
        definition: JSON.stringify(renderAsl(ir, config.bindings)),
        roleArn: config.roleArn,
        type: 'STANDARD',
        tracingConfiguration: { enabled: true },
        loggingConfiguration: {
          level: 'ERROR',
          includeExecutionData: false,
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: config.logGroupArn } }],
        },
      });
      await whenNotThrottled(clock, () => client.send(command));
    } catch (error) {
      // Made by somebody else meanwhile: the name is the content's, so it is the one we want.
      if (!(error instanceof StateMachineAlreadyExists)) throw error;
    }
  }

  /** Undefined where there is no such machine; a plan that was started there before is found again. */
  async function startOn(machine: string, name: string, input: string) {
    const machine_arn = arn('stateMachine', machine);
    try {
      const command = new StartExecutionCommand({ stateMachineArn: machine_arn, name, input });
      const { executionArn } = await whenNotThrottled(clock, () => client.send(command));
      return { machine_arn, execution_arn: executionArn ?? arn('execution', `${machine}:${name}`) };
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists)
        return { machine_arn, execution_arn: arn('execution', `${machine}:${name}`) };
      if (error instanceof StateMachineDoesNotExist || error instanceof StateMachineDeleting) return undefined;
      throw error;
    }
  }

  return {
    ...createTaskAnswers(client),

    async lookAt(executionArn) {
      try {
        const command = new DescribeExecutionCommand({ executionArn });
        return statusOf(await whenNotThrottled(clock, () => client.send(command)));
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return { status: 'missing' };
        throw error;
      }
    },

    async start({ plan_id, shape, ir, timeout_s, run }) {
      const name = executionName(plan_id, run, sha256);
      const input = JSON.stringify({ plan_id, timeout_s, run });
      const made = machineName(config.machinePrefix, shape, digest);
      const template = templateMachineName(config.machinePrefix, shape);
      // The one made at run time first, and the template's only where there is none: whichever a plan was started on
      // before a crash, it is found there again, whatever was deployed in between.
      const order = templates.has(shape) ? [template] : [made, template];
      for (const machine of order) {
        const started = await startOn(machine, name, input);
        if (started === undefined) continue;
        if (machine === template) templates.add(shape);
        return started;
      }
      await create(made, ir);
      for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
        const started = await startOn(made, name, input);
        if (started !== undefined) return started;
        await clock.sleep(clock.random() * START_BACKOFF_MS * 2 ** attempt);
      }
      throw new HiveError('TRY_AGAIN', `The machine ${made} was made but cannot be started yet: call again.`, {
        status: 503,
      });
    },
  };
}

/** An execution that waits to be redriven from the console goes on from there: it is not over. */
function statusOf({ status, error, cause }: DescribeExecutionCommandOutput): ExecutionStatus {
  switch (status) {
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return { status: 'running' };
    case 'SUCCEEDED':
      return { status: 'succeeded' };
    default:
      return {
        status: 'failed',
        error: error || (status ?? 'UNKNOWN'),
        cause: cause || 'the execution ended without telling why',
      };
  }
}

/** False when nobody waits for the answer any more: it was given before, or the execution has ended. */
async function waitedFor(answer: () => Promise<unknown>): Promise<boolean> {
  try {
    await answer();
    return true;
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      return false;
    throw error;
  }
}
