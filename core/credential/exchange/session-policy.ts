/**
 * What is left of a role's rights for one attempt: its assets in S3, and only until the attempt ends. AWS hands out no
 * session that is shorter than a quarter of an hour, so it is the policy that says when the rights end.
 */
import { HiveError } from '../../errors.ts';
import type { AssetUse } from '../../messages/asset-use.ts';
import type { S3Place } from './s3-place.ts';

/** An asset that is read or written where it lies. */
export interface Granted extends AssetUse {
  readonly action: 'read' | 'write';
  readonly place: S3Place;
}

/** STS takes no more characters; packed, it may be too large all the same, which only STS knows. */
export const MAX_POLICY_CHARS = 2048;

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string;
  readonly Resource: readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * @param partition `aws`, of the role
 * @param until epoch ms, in whole seconds
 * @throws HiveError AWS_POLICY_TOO_LARGE (422)
 */
export function sessionPolicyOf(granted: readonly Granted[], partition: string, until: number): string {
  const ends = { DateLessThan: { 'aws:CurrentTime': new Date(until).toISOString().replace('.000Z', 'Z') } };
  const arn = (rest: string) => `arn:${partition}:s3:::${rest}`;
  const allow = (Action: string, Resource: readonly string[], more = {}): Statement[] =>
    Resource.length === 0 ? [] : [{ Effect: 'Allow', Action, Resource, Condition: { ...ends, ...more } }];
  const placesOf = (action: Granted['action']) =>
    granted.filter((one) => one.action === action).map(({ place }) => place);
  const objectsOf = (places: readonly S3Place[]) => unique(places.flatMap(objects)).map(arn);
  const [read, written] = [placesOf('read'), placesOf('write')];
  return textOf([
    ...allow('s3:GetObject', objectsOf(read)),
    ...unique(read.map(({ bucket }) => bucket)).flatMap((bucket) =>
      allow('s3:ListBucket', [arn(bucket)], listed(bucket, read)),
    ),
    ...allow('s3:PutObject', objectsOf(written)),
  ]);
}

/** The object itself, and what is below it: `path-of-another` is neither. */
function objects({ bucket, key, below }: S3Place): string[] {
  if (key === '') return [`${bucket}/*`];
  return [...(below ? [] : [`${bucket}/${key}`]), `${bucket}/${key}/*`];
}

/** Names are listed below the places alone, unless the whole bucket is one. */
function listed(bucket: string, places: readonly S3Place[]) {
  const keys = places.filter((place) => place.bucket === bucket).map(({ key }) => key);
  return keys.includes('') ? {} : { StringLike: { 's3:prefix': unique(keys).map((key) => `${key}/*`) } };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

function textOf(Statement: readonly Statement[]): string {
  // STS takes no characters beyond Latin-1: JSON has another way to write them.
  const text = JSON.stringify({ Version: '2012-10-17', Statement }).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (text.length > MAX_POLICY_CHARS) throw policyTooLarge({ characters: text.length });
  return text;
}

export const policyTooLarge = (detail: Record<string, unknown>, cause?: unknown): HiveError =>
  new HiveError(
    'AWS_POLICY_TOO_LARGE',
    `What the task's assets need does not fit into a session's policy (${MAX_POLICY_CHARS} characters): name fewer assets, or shorter locations.`,
    { status: 422, detail: { most: MAX_POLICY_CHARS, ...detail }, ...(cause !== undefined && { cause }) },
  );
