/** What is not in the catalogue, in the words of a command. */
import { HiveError } from '../../../core/errors.ts';
import { refuse } from '../../support/errors.ts';
import { echo } from '../../support/text.ts';

/** @throws HiveError ASSET_UNKNOWN, with what to do */
export async function knownOr<T>(id: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof HiveError && error.code === 'ASSET_UNKNOWN')) throw error;
    throw refuse('ASSET_UNKNOWN', `there is no asset ${echo(id)} in this catalogue`, {
      try: 'hive assets lists them',
      detail: { asset_id: id },
    });
  }
}
