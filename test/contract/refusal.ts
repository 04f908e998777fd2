import { expect } from 'vitest';
import { HiveError } from '../../core/errors.ts';

/** What the commit was refused with; fails the test when it went through. */
export async function refusal(commit: Promise<void>): Promise<HiveError> {
  const error = await commit.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(HiveError);
  return error as HiveError;
}
