/**
 * Tallies in the ledger's table: ten minutes of a series are one item (`TALLY#<series>`, the block's beginning), each
 * minute's counters attributes of their own (`good_7`), so counting writes few items, and a day is 144 to read.
 */
import {
  TransactionCanceledException,
  TransactionInProgressException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Sha256 } from '../../core/ports/digest.ts';
import { MAX_ITEMS_PER_COMMIT } from '../../core/ports/ledger.ts';
import type { TalliedMinute, Tallies, TallyIncrement } from '../../core/ports/tallies.ts';
import { MINUTE_MS } from '../../core/tally/series.ts';
import * as keys from './keys.ts';
import { type Item, queryAll, type Table, toItem } from './table.ts';

const BLOCK_MS = 10 * MINUTE_MS;
const KEPT_S = 35 * 24 * 3600;
/** DynamoDB's limit of a token's characters; it knows a token for ten minutes. */
const TOKEN_CHARS = 36;
/** With full jitter some 5 s in all: functions of several shards count in the same items. */
const ATTEMPTS = 9;
const BACKOFF_MS = 20;

const blockOf = (at: number): number => Math.floor(at / BLOCK_MS) * BLOCK_MS;

export function createDynamoTallies(table: Table, sha256: Sha256): Tallies {
  /** Others count in the same items: a transaction that met another one is sent again, under its token. */
  async function send(command: TransactWriteItemsCommand): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await table.client.send(command);
        return;
      } catch (error) {
        const passing =
          error instanceof TransactionCanceledException || error instanceof TransactionInProgressException;
        if (!passing || attempt === ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * BACKOFF_MS * 2 ** attempt));
      }
    }
  }

  return {
    async add(increments, once) {
      const updates = updatesOf(table.name, increments);
      for (let start = 0; start < updates.length; start += MAX_ITEMS_PER_COMMIT)
        await send(
          new TransactWriteItemsCommand({
            TransactItems: updates.slice(start, start + MAX_ITEMS_PER_COMMIT),
            ClientRequestToken: sha256(`tally:${once}:${start}`).slice(0, TOKEN_CHARS),
          }),
        );
    },

    async read(series, from, to) {
      if (to <= from) return [];
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: toItem({
          ':pk': keys.tallyKey(series),
          ':from': keys.momentSort(blockOf(from)),
          ':to': keys.momentSort(blockOf(to - 1)),
        }),
      });
      return items.flatMap(minutesOf).filter(({ at }) => at >= from && at < to);
    },
  };
}

/** One update a block. */
function updatesOf(TableName: string, increments: readonly TallyIncrement[]): TransactWriteItem[] {
  const blocks = new Map<string, { series: string; start: number; adds: Map<string, number> }>();
  for (const { series, at, counts } of increments) {
    const start = blockOf(at);
    const block = blocks.get(`${start} ${series}`) ?? { series, start, adds: new Map<string, number>() };
    blocks.set(`${start} ${series}`, block);
    for (const [counter, count] of Object.entries(counts)) {
      const name = `${counter}_${Math.floor((at - start) / MINUTE_MS)}`;
      block.adds.set(name, (block.adds.get(name) ?? 0) + count);
    }
  }
  return [...blocks.values()].map(({ series, start, adds }) => {
    const names = [...adds.keys()];
    const added = names.map((_, at) => `#a${at} :a${at}`).join(', ');
    return {
      Update: {
        TableName,
        Key: toItem({ pk: keys.tallyKey(series), sk: keys.momentSort(start) }),
        UpdateExpression: `SET ${keys.EXPIRES_AT} = :expires, kind = :kind ADD ${added}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#a${at}`, name])),
        ExpressionAttributeValues: toItem({
          ':expires': Math.floor(start / 1000) + KEPT_S,
          ':kind': 'tally',
          ...Object.fromEntries([...adds.values()].map((count, at) => [`:a${at}`, count])),
        }),
      },
    };
  });
}

function minutesOf(item: Item): TalliedMinute[] {
  const counts = new Map<number, Record<string, number>>();
  for (const [name, count] of Object.entries(item)) {
    const [, counter, minute] = /^([a-z_]+)_(\d)$/.exec(name) ?? [];
    if (counter === undefined || minute === undefined) continue;
    counts.set(Number(minute), { ...counts.get(Number(minute)), [counter]: count as number });
  }
  const start = Number(item.sk);
  return [...counts].sort(([a], [b]) => a - b).map(([minute, of]) => ({ at: start + minute * MINUTE_MS, counts: of }));
}
