/** What guards keep, in the ledger's table: an item a shard of a bucket, and one a breaker that has failures counted. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { HiveError } from '../../core/errors.ts';
import { type BucketLimit, intervalOf, type Taken, taken, tokensAt } from '../../core/guard/bucket.ts';
import type { Failures } from '../../core/guard/failures.ts';
import type { Buckets, FailureCounts } from '../../core/ports/guards.ts';
import * as keys from './keys.ts';
import { getItems, type Item, type Table, toItem, writeItem } from './table.ts';

/** Nothing is missing of the bucket: it fills from now on. */
const IS_FULL = 'attribute_not_exists(full_at) OR full_at <= :now';
/** Something is missing, and as many tokens are there as are wanted. */
const HAS_TOKENS = 'full_at > :now AND full_at <= :enough';
/** Nobody has written since it was read. */
const VERSION_IS = 'version = :expected';
const IS_NEW = 'attribute_not_exists(pk)';

/** Others take from the same bucket: each refusal tells how it stands, and the next try goes by that. */
const TRIES = 6;
/** Seconds that an item stays which says nothing any more. */
const KEPT_S = 3600;
const FAILURES_KEPT_S = 86_400;

export function createDynamoBuckets(table: Table): Buckets {
  const Key = (bucket: string) => toItem({ pk: keys.bucketKey(bucket), sk: keys.STATE });

  /** @returns the item as it stands where the condition does not hold */
  async function update(
    bucket: string,
    change: Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ConditionExpression'> & { values: object },
  ): Promise<{ done: true } | { done: false; full_at: number | undefined }> {
    const { values, ...expressions } = change;
    try {
      await writeItem(
        table,
        new UpdateItemCommand({
          ...{ TableName: table.name, Key: Key(bucket), ...expressions },
          ExpressionAttributeValues: toItem({ ...values }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { done: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { done: false, full_at: error.Item && (unmarshall(error.Item).full_at as number | undefined) };
    }
  }

  return {
    async take(bucket, want, limit, now): Promise<Taken> {
      let full_at: number | undefined;
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const granted = Math.min(want, tokensAt(full_at, limit, now));
        if (granted === 0) return taken(0, full_at ?? now, limit);
        const change = full_at === undefined || full_at <= now ? takeOfFull : takeOfOther;
        const found = await update(bucket, change(granted, limit, now));
        if (found.done) {
          // Of one that was not full others may have taken as well: it is full then at the earliest.
          return taken(granted, Math.max(full_at ?? now, now) + granted * intervalOf(limit), limit);
        }
        full_at = found.full_at;
      }
      throw new HiveError('TRY_AGAIN', 'Too many wanted tokens of the same bucket at once.', { status: 503 });
    },

    async read(buckets) {
      const items = await getItems(
        table,
        buckets.map((bucket) => ({ pk: keys.bucketKey(bucket), sk: keys.STATE })),
      );
      return new Map(items.map(({ pk, full_at }) => [pk.slice(keys.bucketKey('').length), full_at as number]));
    },

    async reset(bucket) {
      await table.client.send(new DeleteItemCommand({ TableName: table.name, Key: Key(bucket) }));
    },
  };
}

const takeOfFull = (granted: number, limit: BucketLimit, now: number) => ({
  UpdateExpression: `SET full_at = :full, kind = :kind, ${keys.EXPIRES_AT} = :expires`,
  ConditionExpression: IS_FULL,
  values: {
    ...{ ':now': now, ':full': now + granted * intervalOf(limit) },
    ...{ ':kind': 'bucket', ':expires': expiryOf(limit, now) },
  },
});

const takeOfOther = (granted: number, limit: BucketLimit, now: number) => ({
  UpdateExpression: `SET full_at = full_at + :taken, ${keys.EXPIRES_AT} = :expires`,
  ConditionExpression: HAS_TOKENS,
  values: {
    ...{ ':now': now, ':enough': now + (limit.burst - granted) * intervalOf(limit) },
    ...{ ':taken': granted * intervalOf(limit), ':expires': expiryOf(limit, now) },
  },
});

/** A bucket that is full and one that is not there are the same. */
const expiryOf = (limit: BucketLimit, now: number): number =>
  Math.ceil((now + limit.burst * intervalOf(limit)) / 1000) + KEPT_S;

export function createDynamoFailureCounts(table: Table): FailureCounts {
  return {
    async load(breakers) {
      const items = await getItems(
        table,
        breakers.map((breaker) => ({ pk: keys.failuresKey(breaker), sk: keys.STATE })),
      );
      return new Map(items.map((item) => [item.pk.slice(keys.failuresKey('').length), failuresFrom(item)]));
    },

    async save(breaker, before, after) {
      const { version, counted, cleared_until, opened = false } = after;
      const last = Math.max(cleared_until, ...counted.map(({ at }) => at));
      const values = { version, counted, cleared_until, opened, kind: 'failures' };
      const names = Object.keys(values);
      const sets = names.map((name) => `#${name} = :${name}`).join(', ');
      // Those that have opened a breaker are what tells of its trial: they stay until it is closed.
      const expiry = opened ? ` REMOVE ${keys.EXPIRES_AT}` : `, ${keys.EXPIRES_AT} = :expires`;
      const command = new UpdateItemCommand({
        TableName: table.name,
        Key: toItem({ pk: keys.failuresKey(breaker), sk: keys.STATE }),
        UpdateExpression: `SET ${sets}${expiry}`,
        // What has expired is not there any more.
        ConditionExpression: before === undefined ? IS_NEW : VERSION_IS,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: toItem({
          ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
          ...(opened ? {} : { ':expires': Math.ceil(last / 1000) + FAILURES_KEPT_S }),
          ...(before !== undefined && { ':expected': before.version }),
        }),
      });
      try {
        await writeItem(table, command);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

const failuresFrom = ({ version, counted, cleared_until, opened }: Item): Failures =>
  ({ version, counted, cleared_until, ...(opened === true && { opened }) }) as Failures;
