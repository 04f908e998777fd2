import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { s3PlaceOf } from '../../../../core/credential/exchange/s3-place.ts';
import {
  type Granted,
  MAX_POLICY_CHARS,
  sessionPolicyOf,
} from '../../../../core/credential/exchange/session-policy.ts';
import { NOW } from '../../../support/plans.ts';

const granted = (location: string, action: Granted['action'] = 'read'): Granted[] => {
  const place = s3PlaceOf(location);
  return place === undefined ? [] : [{ asset_id: 'a', action, place }];
};

interface Statement {
  Action: string;
  Resource: string[];
  Condition: { DateLessThan: { 'aws:CurrentTime': string }; StringLike?: { 's3:prefix': string[] } };
}
const statementsOf = (policy: string) => (JSON.parse(policy) as { Statement: Statement[] }).Statement;

/** As IAM matches: * is any text, ? any character. */
function matches(pattern: string, text: string): boolean {
  const regex = pattern
    .replace(/[.+^${}()|[\]\\/-]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${regex}$`, 'su').test(text);
}
const may = (policy: string, action: string, resource: string, prefix?: string): boolean =>
  statementsOf(policy).some(
    ({ Action, Resource, Condition }) =>
      Action === action &&
      Resource.some((one) => matches(one, `arn:aws:s3:::${resource}`)) &&
      (Condition.StringLike?.['s3:prefix'].some((one) => prefix !== undefined && matches(one, prefix)) ?? true),
  );

describe('A place in S3', () => {
  it.each([
    ['s3://orders', { bucket: 'orders', key: '', below: false }],
    ['s3://orders/', { bucket: 'orders', key: '', below: false }],
    ['s3://orders/raw/2026/', { bucket: 'orders', key: 'raw/2026', below: true }],
    ['s3://orders/raw.csv', { bucket: 'orders', key: 'raw.csv', below: false }],
    ['arn:aws:s3:::orders/raw', { bucket: 'orders', key: 'raw', below: false }],
    ['arn:aws-cn:s3:::orders', { bucket: 'orders', key: '', below: false }],
    ['s3://orders/a%2Fb', { bucket: 'orders', key: 'a%2Fb', below: false }],
  ])('is read of %s', (location, place) => {
    expect(s3PlaceOf(location)).toEqual(place);
  });

  it.each([
    ...['', 's3://', 's3:///x', 's3://Orders/x', 's3://o/x', 'https://orders.s3.amazonaws.com/x', 'dynamodb://orders'],
    ...['s3://orders/*', 's3://orders/a?', 's3://orders/$x', 's3://orders/a\n', 's3://*', 's3://orders*/x'],
    ...['arn:aws:s3:us-east-1:123456789012:accesspoint/x', 's3://orders//', 's3://orders/a//', ' s3://orders/x'],
    ...['s3://orders/\ud800', 's3://user:secret@orders/x'],
  ])('is not read of what no policy can name: %j', (location) => {
    expect(s3PlaceOf(location)).toBeUndefined();
  });
});

describe('The policy of a session', () => {
  it('lets an attempt get and list what it reads, put what it writes, and nothing else, until it ends', () => {
    const uses = [...granted('s3://orders/raw/'), ...granted('s3://reports/daily.csv', 'write')];
    expect(JSON.parse(sessionPolicyOf(uses, 'aws', NOW))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::orders/raw/*'] },
          Condition: { DateLessThan: { 'aws:CurrentTime': new Date(NOW).toISOString().replace('.000', '') } },
        },
        {
          ...{ Effect: 'Allow', Action: 's3:ListBucket', Resource: ['arn:aws:s3:::orders'] },
          Condition: {
            DateLessThan: { 'aws:CurrentTime': expect.any(String) },
            StringLike: { 's3:prefix': ['raw/*'] },
          },
        },
        {
          ...{ Effect: 'Allow', Action: 's3:PutObject' },
          Resource: ['arn:aws:s3:::reports/daily.csv', 'arn:aws:s3:::reports/daily.csv/*'],
          Condition: { DateLessThan: { 'aws:CurrentTime': expect.any(String) } },
        },
      ],
    });
  });

  it('names the partition of the role', () => {
    expect(sessionPolicyOf(granted('s3://orders'), 'aws-cn', NOW)).toContain('arn:aws-cn:s3:::orders/*');
  });

  it('is refused where it is longer than STS takes', () => {
    const long = Array.from({ length: 16 }, (_, at) => granted(`s3://orders-${at}/${'x'.repeat(200)}`)).flat();
    expect(() => sessionPolicyOf(long, 'aws', NOW)).toThrowError(
      expect.objectContaining({ code: 'AWS_POLICY_TOO_LARGE', status: 422 }),
    );
  });

  const name = fc.stringMatching(/^[a-z][a-z0-9]{2,5}$/);
  const key = fc
    .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('/'));
  const location = fc.oneof(
    name.map((bucket) => `s3://${bucket}`),
    fc.tuple(name, key, fc.constantFrom('', '/')).map(([bucket, path, end]) => `s3://${bucket}/${path}${end}`),
  );

  it('grants nothing outside of its places, whatever they are called, and every right ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(location, fc.constantFrom('read' as const, 'write' as const)), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(fc.tuple(name, key), { maxLength: 6 }),
        (uses, others) => {
          const all = uses.flatMap(([of, action]) => granted(of, action));
          const policy = sessionPolicyOf(all, 'aws', NOW);
          expect(policy).toMatch(/^[\x20-\x7e]*$/);
          expect(policy.length).toBeLessThanOrEqual(MAX_POLICY_CHARS);
          for (const { Condition } of statementsOf(policy))
            expect(Date.parse(Condition.DateLessThan['aws:CurrentTime'])).toBe(Math.floor(NOW / 1000) * 1000);
          const own = all.flatMap(({ place: { bucket, key: of } }) => [
            [bucket, of],
            [bucket, `${of}-other`],
            [bucket, `${of}/x`],
            [bucket, 'elsewhere'],
            [`${bucket}x`, of],
          ]);
          for (const [bucket = '', path = ''] of [...own, ...others])
            for (const [action, said] of [
              ['s3:GetObject', 'read'],
              ['s3:PutObject', 'write'],
            ] as const) {
              const expected = all.some(({ action: one, place }) => one === said && isWithin(place, bucket, path));
              if (path !== '') expect(may(policy, action, `${bucket}/${path}`)).toBe(expected);
            }
          // No name is listed that begins with a place's and is not below it.
          for (const { action, place } of all)
            if (
              action === 'read' &&
              !all.some(
                ({ action: one, place: { bucket, key: of } }) =>
                  one === 'read' && bucket === place.bucket && (of === '' || place.key.startsWith(`${of}/`)),
              )
            )
              expect(may(policy, 's3:ListBucket', place.bucket, place.key)).toBe(false);
          for (const never of ['s3:DeleteObject', 's3:PutBucketPolicy', 's3:*'])
            expect(may(policy, never, `${all[0]?.place.bucket}/x`)).toBe(false);
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });
});

/** What the catalogue says: the object, or what is below it. */
function isWithin({ bucket, key, below }: Granted['place'], inBucket: string, path: string): boolean {
  if (bucket !== inBucket) return false;
  return key === '' || path.startsWith(`${key}/`) || (!below && path === key);
}
