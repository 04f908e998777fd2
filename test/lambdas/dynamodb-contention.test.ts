/** What the adapter makes of a busy DynamoDB; the rest of its behaviour is in the contract suites. */
import {
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoAgentRegistry } from '../../adapters/dynamodb/agent-registry.ts';
import { createDynamoLedger } from '../../adapters/dynamodb/ledger.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createTicket } from '../../core/ticket/append.ts';
import { ticketsOf } from '../support/plans.ts';

const $metadata = {};
const conflict = () => new TransactionConflictException({ message: 'under way', $metadata });

function tableThat(answer: (call: number) => object) {
  const table = createTable('t', { region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
  let calls = 0;
  table.client.send = (async () => answer(++calls)) as never;
  return { table, calls: () => calls };
}
const throwing = (error: Error) => () => {
  throw error;
};
const commit = (error: Error) =>
  createDynamoLedger(tableThat(throwing(error)).table).commit(ticketsOf().map((spec) => createTicket(spec, sha256)));
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

describe('a commit', () => {
  it.each([
    ['ConditionalCheckFailed', [0]],
    ['TransactionConflict', []],
    ['ThrottlingError', []],
    ['ProvisionedThroughputExceeded', []],
  ])('cancelled by %s is to be decided again, naming what did not hold: %j', async (code, failed) => {
    await expect(commit(cancelled('None', code))).rejects.toMatchObject({
      code: 'COMMIT_CONFLICT',
      detail: { failed },
    });
  });

  it.each([
    ['a fault of what was sent', cancelled('None', 'ValidationError')],
    ['a fault beside a lost race', cancelled('ConditionalCheckFailed', 'ItemCollectionSizeLimitExceeded')],
    ['no reason at all', cancelled()],
    ['any other error', new Error('no network')],
  ])('cancelled by %s fails as it is', async (_, error) => {
    await expect(commit(error)).rejects.toBe(error);
  });
});

describe('a write of one item', () => {
  it('waits for a transaction that holds the item', async () => {
    const busy = (call: number) => {
      if (call < 3) throw conflict();
      return {};
    };
    const { table, calls } = tableThat(busy);
    const claim = { agent_id: 'a', attempt: 1, claim_digest: 'd' };
    expect(await createDynamoLedger(table).touchTicket('t', claim, 1)).toBe(true);
    expect(calls()).toBe(3);
    expect(await createDynamoAgentRegistry(tableThat(busy).table).heartbeat('a', 1)).toBeUndefined();
  });

  it('is to be tried again by its caller when the item stays held', async () => {
    const registry = createDynamoAgentRegistry(tableThat(throwing(conflict())).table);
    await expect(registry.heartbeat('a', 1)).rejects.toMatchObject({ code: 'TRY_AGAIN', status: 503 });
  });

  it('fails as it is for any other reason', async () => {
    const error = new ProvisionedThroughputExceededException({ message: 'm', $metadata });
    await expect(createDynamoAgentRegistry(tableThat(throwing(error)).table).heartbeat('a', 1)).rejects.toBe(error);
  });
});
