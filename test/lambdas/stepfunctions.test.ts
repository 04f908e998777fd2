import { InvalidToken, SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionName, machineName, templateMachineName } from '../../adapters/stepfunctions/execution-name.ts';
import { createTaskAnswers } from '../../adapters/stepfunctions/plan-machines.ts';
import { sha256 } from '../../adapters/system/digest.ts';

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

it('machines are named after their shape, a template’s apart from one made at run time', () => {
  const shape = 'a'.repeat(64);
  expect(machineName('hive-dev-plan-', shape)).toBe(`hive-dev-plan-${'a'.repeat(32)}`);
  expect(templateMachineName('hive-dev-plan-', shape)).not.toBe(machineName('hive-dev-plan-', shape));
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

  it('cut an error and its cause to what Step Functions takes', async () => {
    const { failTask, inputs } = answers(() => ({}));
    await failTask('token', { error: 'e'.repeat(1000), cause: 'c'.repeat(100_000) });
    expect([inputs[0]?.error?.length, inputs[0]?.cause?.length]).toEqual([256, 32_768]);
  });
});
