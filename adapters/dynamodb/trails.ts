/** Trails on DynamoDB: an item for each agent and kind of work in a partition for each pool and epoch. */
import { paginateQuery } from '@aws-sdk/client-dynamodb';
import type { Trails } from '../../core/ports/trails.ts';
import { type IntegerSums, SUM_NAMES } from '../../core/trail/sums.ts';
import * as keys from './keys.ts';
import { type Table, toItem } from './table.ts';

export function createDynamoTrails(table: Table): Trails {
  return {
    async read(pool, epoch) {
      const pages = paginateQuery(
        { client: table.client },
        {
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: toItem({ ':pk': keys.trailKey(pool, epoch) }),
        },
      );
      const rows = [];
      for await (const { Items = [] } of pages)
        for (const item of Items)
          rows.push({
            epoch,
            agent_id: item.agent_id?.S ?? '',
            task_type: item.task_type?.S ?? '',
            // Up to 38 digits: text on the wire, and never to be a floating-point number on the way.
            sums: Object.fromEntries(SUM_NAMES.map((name) => [name, BigInt(item[name]?.N ?? 0)])) as IntegerSums,
          });
      return rows;
    },
  };
}
