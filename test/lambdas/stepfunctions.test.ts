import {
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

describe('the name of a plan’s execution', () => {
  const nameOf = (planId: string) => executionName(planId, sha256);

  it('is the plan’s id where that is a legal name', () => {
    for (const id of ['plan-1', 'A_b', 'x'.repeat(80), '0d0b2f4e-5d2c-4f0e-9a57-3a3f3a5f9d11'])
      expect(nameOf(id)).toBe(id);
  });

  it('is readable and has a digest where it is not', () => {
    expect(nameOf('release train / März')).toMatch(/^release-train-M-rz-[0-9a-f]{32}$/);
    expect(nameOf('x'.repeat(81))).toMatch(/^x{40}-[0-9a-f]{32}$/);
    expect(nameOf('🐝')).toMatch(/^--[0-9a-f]{32}$/);
  });

  it('is legal, the same again, and another for another plan', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ minLength: 1, unit: 'binary' }), (a, b) => {
        expect(nameOf(a)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
        expect(nameOf(a) === nameOf(b)).toBe(a === b);
      }),
    );
  });

  it('cannot be taken by a plan that calls itself like another one’s digest', () => {
    const taken = nameOf('a b');
    expect(nameOf(taken)).not.toBe(taken);
  });
});

it('an execution bears the name of the plan that it was started for, and of no other', () => {
  for (const id of ['plan-1', 'release train / März'])
    for (const other of ['plan-1', 'release train / März', 'plan-2'])
      expect(bearsNameOf(`arn:aws:states:r:1:execution:m:${executionName(id, sha256)}`, other, sha256)).toBe(
        id === other,
      );
  expect(bearsNameOf('arn:aws:states:r:1:execution:m:copy-of-plan-1', 'plan-1', sha256)).toBe(false);
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
  const plan = { plan_id: 'plan-1', shape, ir, timeout_s: 60 };
  const metadata = { message: 'm', $metadata: {} };
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });

  /** An account whose machines are made at the n-th call; before that, each call to make one fails as told. */
  function account(failures: (Error | undefined)[]) {
    const calls: string[] = [];
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
      return { executionArn: 'execution' };
    }) as never;
    const clock = { now: () => 0, random: () => 0.5, sleep: async (ms: number) => void waits.push(ms) };
    const config = { ...SURROUNDINGS, machinePrefix: 'hive-dev-plan-', region: 'r' };
    return { machines: createPlanMachines(client, config, { clock, sha256 }), calls, waits };
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
