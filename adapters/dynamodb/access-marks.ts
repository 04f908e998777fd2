/** Marks in the ledger's table, `MARK#<SHA-256 of the name>`: no name is too long for a key, and none says whose it is. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AccessMarks } from '../../core/ports/access-marks.ts';
import type { Sha256 } from '../../core/ports/digest.ts';
import * as keys from './keys.ts';
import { type Table, toItem, writeItem } from './table.ts';

export function createDynamoAccessMarks(table: Table, sha256: Sha256): AccessMarks {
  async function update(name: string, until: number, expression: string, value: unknown): Promise<unknown> {
    const command = new UpdateItemCommand({
      TableName: table.name,
      Key: toItem({ pk: keys.markKey(sha256(name)), sk: keys.STATE }),
      UpdateExpression: `SET ${keys.EXPIRES_AT} = :expires, kind = :kind, ${expression}`,
      ExpressionAttributeNames: { '#mark': 'mark' },
      ExpressionAttributeValues: toItem({
        ':expires': Math.ceil(until / 1000),
        ':kind': 'mark',
        ':value': value,
        ...(typeof value === 'number' && { ':none': 0 }),
      }),
      ReturnValues: 'ALL_NEW',
    });
    const { Attributes } = await writeItem(table, command);
    return unmarshall(Attributes ?? {}).mark;
  }

  return {
    count: async (name, until) =>
      (await update(name, until, '#mark = if_not_exists(#mark, :none) + :value', 1)) as number,
    first: async (name, value, until) =>
      (await update(name, until, '#mark = if_not_exists(#mark, :value)', value)) as string,
  };
}
