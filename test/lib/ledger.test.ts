import { expect, test } from 'vitest';
import { itemsOf } from '../../adapters/dynamodb/writes.ts';
import { depositOf, expiresAtS } from '../../core/trail/deposit.ts';
import { ofType, synthesise } from './synth.ts';

const synthesised = synthesise();

test('trails carry the time, in epoch seconds, by which the ledger’s table deletes items', () => {
  const [table] = ofType(synthesised, 'AWS::DynamoDB::GlobalTable');
  const { AttributeName, Enabled } = table?.[1].Properties.TimeToLiveSpecification ?? {};
  expect(Enabled).toBe(true);
  const now = Date.UTC(2026, 0, 5, 12);
  const deposit = depositOf({
    ...{ pool: 'build', task_type: 'compile', agent_id: 'a', outcome: 'success' },
    ...{ duration_ms: 1000, estimated_duration_ms: 1000, at: now },
  });
  const [item] = itemsOf('ledger', { kind: 'deposit_trail', deposit });
  const { UpdateExpression, ExpressionAttributeValues } = item?.Update ?? {};
  expect(UpdateExpression).toContain(`${AttributeName} = :${AttributeName}`);
  expect(ExpressionAttributeValues?.[`:${AttributeName}`]).toEqual({ N: String(expiresAtS(deposit.epoch)) });
  expect(expiresAtS(deposit.epoch) * 1000).toBeGreaterThan(now);
});
