import {
  ExecutionDoesNotExist,
  InvalidToken,
  SFNClient,
  StateMachineDoesNotExist,
  StateMachineLimitExceeded,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearsNameOf, executionName } from '../../adapters/stepfunctions/execution-name.ts';
import { bindingDigest, machineName, templateMachineName } from '../../adapters/stepfunctions/machine-name.ts';
import { createPlanMachines, createTaskAnswers } from '../../adapters/stepfunctions/plan-machines.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { compilePlan } from '../../core/plan/compile/index.ts';

const runs = fc.integer({ min: 1, max: 9999 });
/** Ids that look like names of executions, and any others. */
const ids = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc
    .tuple(fc.constantFrom('p', 'a b', 'x'.repeat(76), 'x'.repeat(80)), runs)
    .chain(([id, run]) => fc.constantFrom(id, `${id}-r${run}`, executionName(id, run, sha256))),
);

describe('the name of a plan’s execution', () => {
  const nameOf = (planId: string, run = 1) => executionName(planId, run, sha256);

  it('is the plan’s id where that is a legal name', () => {
    for (const id of ['plan-1', 'A_b', 'x'.repeat(80), '0d0b2f4e-5d2c-4f0e-9a57-3a3f3a5f9d11'])
      expect(nameOf(id)).toBe(id);
  });

  it('is readable and has a digest where it is not', () => {
    expect(nameOf('release train / März')).toMatch(/^release-train-M-rz-[0-9a-f]{32}$/);
    expect(nameOf('x'.repeat(81))).toMatch(/^x{40}-[0-9a-f]{32}$/);
    expect(nameOf('🐝')).toMatch(/^--[0-9a-f]{32}$/);
  });

  it('is legal, the same again, and another for another plan or run', () => {
    fc.assert(
      fc.property(ids, runs, ids, runs, (a, runOfA, b, runOfB) => {
        expect(nameOf(a, runOfA)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
        expect(nameOf(a, runOfA) === nameOf(b, runOfB)).toBe(a === b && runOfA === runOfB);
      }),
    );
  });

  it('ends with the number of the run, from the second on', () => {
    expect(nameOf('plan-1', 2)).toBe('plan-1-r2');
    expect(nameOf('a b', 3)).toBe(`${nameOf('a b')}-r3`);
    expect(nameOf('x'.repeat(79), 12)).toMatch(/^x{40}-[0-9a-f]{32}-r12$/);
  });

  it('cannot be taken by a plan that calls itself like another one’s second run', () => {
    expect(nameOf('plan-1-r2')).toMatch(/^plan-1-r2-[0-9a-f]{32}$/);
  });

  it('cannot be taken by a plan that calls itself like another one’s digest', () => {
    const taken = nameOf('a b');
    expect(nameOf(taken)).not.toBe(taken);
  });
});

it('an execution bears the name of the plan and the run that it was started for, and of no other', () => {
  const arn = (name: string) => `arn:aws:states:r:1:execution:m:${name}`;
  fc.assert(
    fc.property(ids, runs, ids, runs, (id, run, other, asked) => {
      const same = id === other && run === asked;
      expect(bearsNameOf(arn(executionName(id, run, sha256)), other, asked, sha256)).toBe(same);
      expect(bearsNameOf(arn(executionName(id, run, sha256)), id, run, sha256)).toBe(true);
    }),
  );
  for (const name of ['copy-of-plan-1', 'plan-1-r1', 'plan-1-r02', 'plan-1-r'])
    expect(bearsNameOf(arn(name), 'plan-1', 1, sha256)).toBe(false);
});

const SURROUNDINGS = {
  roleArn: 'arn:aws:iam::123456789012:role/hive-dev-plan-machine',
  logGroupArn: 'arn:aws:logs:r:123456789012:log-group:/aws/vendedlogs/states/hive-dev-plans:*',
  bindings: { poolQueueUrl: 'https://sqs/pool.fifo', completePlanFunction: 'hive-dev-complete-plan' },
};

describe('the name of a machine', () => {
  const shape = 'a'.repeat(64);
  const nameIn = (surroundings: typeof SURROUNDINGS) =>
    machineName('hive-dev-plan-', shape, bindingDigest(surroundings, sha256));

  it('is not that of machines that could show no compensation', () => {
    expect(nameIn(SURROUNDINGS)).not.toMatch(/-357689c0$/);
  });

  it('says its shape and the digest of what else is in it', () => {
    expect(nameIn(SURROUNDINGS)).toMatch(/^hive-dev-plan-a{24}-[0-9a-f]{8}$/);
    expect(nameIn({ ...SURROUNDINGS })).toBe(nameIn(SURROUNDINGS));
  });

  it('changes with the role, the log, the queue and the function that a machine is bound to', () => {
    const { bindings } = SURROUNDINGS;
    const names = [
      SURROUNDINGS,
      { ...SURROUNDINGS, roleArn: 'another' },
      { ...SURROUNDINGS, logGroupArn: 'another' },
      { ...SURROUNDINGS, bindings: { ...bindings, poolQueueUrl: 'another' } },
      { ...SURROUNDINGS, bindings: { ...bindings, completePlanFunction: 'another' } },
    ].map(nameIn);
    expect(new Set(names).size).toBe(5);
  });

  it('is another for a template’s, and no longer than 80 characters on the longest stage', () => {
    const template = templateMachineName('hive-dev-plan-', shape);
    expect(template).toBe(`hive-dev-plan-${'a'.repeat(24)}-template`);
    const prefix = `hive-${'s'.repeat(16)}-plan-`;
    for (const name of [templateMachineName(prefix, shape), machineName(prefix, shape, '01234567')])
      expect(name.length).toBeLessThanOrEqual(80);
  });
});

describe('starting a plan', () => {
  const { shape, ir } = compilePlan([{ task_id: 'a', dependencies: [], required_capabilities: [] }], { sha256 });
  const plan = { plan_id: 'plan-1', shape, ir, timeout_s: 60, run: 1 };
  const metadata = { message: 'm', $metadata: {} };
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });

  /** An account whose machines are made at the n-th call; before that, each call to make one fails as told. */
  function account(failures: (Error | undefined)[]) {
    const calls: string[] = [];
    const started: string[] = [];
    const waits: number[] = [];
    let made = false;
    const client = new SFNClient({ region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
    client.send = (async (command: { constructor: { name: string }; input: { name: string } }) => {
      const call = command.constructor.name;
      if (call === 'CreateStateMachineCommand') {
        calls.push(command.input.name);
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        made = true;
        return {};
      }
      if (!made) throw new StateMachineDoesNotExist(metadata);
      started.push(command.input.name);
      return { executionArn: 'execution' };
    }) as never;
    const clock = { now: () => 0, random: () => 0.5, sleep: async (ms: number) => void waits.push(ms) };
    const config = { ...SURROUNDINGS, machinePrefix: 'hive-dev-plan-', region: 'r' };
    return { machines: createPlanMachines(client, config, { clock, sha256 }), calls, started, waits };
  }

  it('makes the machine under its name where there is none', async () => {
    const { machines, calls } = account([]);
    const name = machineName('hive-dev-plan-', shape, bindingDigest(SURROUNDINGS, sha256));
    expect(await machines.start(plan)).toEqual({
      machine_arn: `arn:aws:states:r:123456789012:stateMachine:${name}`,
      execution_arn: 'execution',
    });
    expect(calls).toEqual([name]);
  });

  it('gives each run an execution of its own', async () => {
    const { machines, started } = account([]);
    await machines.start(plan);
    await machines.start({ ...plan, run: 2 });
    expect(started).toEqual(['plan-1', 'plan-1-r2']);
  });

  it('waits longer and longer while making machines is throttled', async () => {
    const { machines, calls, waits } = account(Array(7).fill(throttled));
    await machines.start(plan);
    expect(calls).toHaveLength(8);
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
  });

  it('gives up before its caller’s two minutes are over', async () => {
    const { machines, waits } = account(Array(100).fill(throttled));
    await expect(machines.start(plan)).rejects.toThrow('Rate exceeded');
    // At most twice as long: the waits were half of what chance allows.
    expect(2 * waits.reduce((sum, wait) => sum + wait, 0)).toBe(63_500);
  });

  it('does not wait for room in an account that holds no more machines', async () => {
    const { machines, waits } = account([new StateMachineLimitExceeded(metadata)]);
    await expect(machines.start(plan)).rejects.toBeInstanceOf(StateMachineLimitExceeded);
    expect(waits).toEqual([]);
  });
});

describe('looking at an execution', () => {
  const arn = 'arn:aws:states:r:1:execution:machine:plan-1';
  async function lookAt(answer: () => object) {
    const client = new SFNClient({ region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
    const asked: unknown[] = [];
    client.send = (async ({ input }: { input: unknown }) => {
      asked.push(input);
      return answer();
    }) as never;
    const clock = { now: () => 0, random: () => 0, sleep: async () => {} };
    const config = { ...SURROUNDINGS, machinePrefix: 'p-', region: 'r' };
    const seen = await createPlanMachines(client, config, { clock, sha256 }).lookAt(arn);
    expect(asked).toEqual([{ executionArn: arn }]);
    return seen;
  }

  it.each([
    ['RUNNING', 'running'],
    ['PENDING_REDRIVE', 'running'],
    ['SUCCEEDED', 'succeeded'],
  ])('that is %s says %s', async (status, expected) => {
    expect(await lookAt(() => ({ status }))).toEqual({ status: expected });
  });

  it.each(['ABORTED', 'TIMED_OUT', 'FAILED'])(
    'that was ended as %s says so, where there is no better reason',
    async (status) => {
      expect(await lookAt(() => ({ status }))).toEqual({
        status: 'failed',
        error: status,
        cause: 'the execution ended without telling why',
      });
      expect(await lookAt(() => ({ status, error: 'E', cause: 'C' }))).toEqual({
        status: 'failed',
        error: 'E',
        cause: 'C',
      });
    },
  );

  it('that is not there, or not any more, says that it is missing', async () => {
    const gone = () => {
      throw new ExecutionDoesNotExist({ message: 'm', $metadata: {} });
    };
    expect(await lookAt(gone)).toEqual({ status: 'missing' });
  });

  it('fails when nobody can tell', async () => {
    const denied = () => {
      throw new Error('AccessDenied');
    };
    await expect(lookAt(denied)).rejects.toThrow('AccessDenied');
  });
});

describe('answers to task tokens', () => {
  function answers(outcome: () => object) {
    const inputs: Record<string, string>[] = [];
    const client = new SFNClient({ region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
    client.send = (async ({ input }: { input: Record<string, string> }) => {
      inputs.push(input);
      return outcome();
    }) as never;
    return { ...createTaskAnswers(client), inputs };
  }
  const failing = (error: Error) => () => {
    throw error;
  };

  it('say whether somebody still waited', async () => {
    expect(await answers(() => ({})).completeTask('token')).toBe(true);
    const $metadata = {};
    for (const error of [
      new TaskTimedOut({ message: 'm', $metadata }),
      new TaskDoesNotExist({ message: 'm', $metadata }),
      new InvalidToken({ message: 'm', $metadata }),
    ]) {
      expect(await answers(failing(error)).completeTask('token')).toBe(false);
      expect(await answers(failing(error)).failTask('token', { error: 'e', cause: 'c' })).toBe(false);
    }
    await expect(answers(failing(new Error('throttled'))).completeTask('token')).rejects.toThrow('throttled');
  });

  it('name every failure alike: an agent’s code is never the name of an error that machines retry or stop at', async () => {
    const { failTask, inputs } = answers(() => ({}));
    await failTask('token', { error: 'States.DataLimitExceeded', cause: 'too much' });
    expect(inputs[0]).toMatchObject({ error: 'TicketFailed', cause: 'States.DataLimitExceeded: too much' });
  });

  it('cut a cause to what Step Functions takes', async () => {
    const { failTask, inputs } = answers(() => ({}));
    await failTask('token', { error: 'e'.repeat(1000), cause: 'c'.repeat(100_000) });
    expect(inputs[0]?.cause?.length).toBe(32_768);
  });
});
