/** Where in S3 an asset lies, from the location that the catalogue has of it. */

export interface S3Place {
  readonly bucket: string;
  /** without a slash at its end; '': the whole bucket */
  readonly key: string;
  /** nothing but what is below it: the location ended with a slash */
  readonly below: boolean;
}

const LOCATION = /^(?:s3:\/\/|arn:aws[a-z-]*:s3:::)([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;
/** In the resource of a policy these are wildcards and variables; and what no text has. */
const UNFIT = /[*?$\p{Cc}\p{Cs}]/u;

/**
 * `s3://bucket/path`, or as an ARN; keys are taken as they stand, nothing in them is decoded.
 * @returns undefined: it is not in S3, or its key cannot be said in a policy without meaning others as well
 */
export function s3PlaceOf(location: string): S3Place | undefined {
  const [, bucket, path = ''] = LOCATION.exec(location) ?? [];
  if (bucket === undefined || UNFIT.test(path)) return undefined;
  const below = path.endsWith('/');
  const key = below ? path.slice(0, -1) : path;
  // What is left would be another place.
  if (below && (key === '' || key.endsWith('/'))) return undefined;
  return { bucket, key, below };
}
