import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SharesStore } from '../../core/ports/shares.ts';
import type { Shares } from '../../core/schedule/strategy/strategy.ts';
import * as keys from './keys.ts';
import { getItem, type Table, toItem } from './table.ts';

export function createDynamoSharesStore(table: Table): SharesStore {
  return {
    async load(pool) {
      return (await getItem(table, keys.sharesKey(pool), keys.STATE))?.shares as Shares | undefined;
    },

    async save(pool, shares) {
      const Item = toItem({ pk: keys.sharesKey(pool), sk: keys.STATE, kind: 'shares', shares });
      await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
    },
  };
}
