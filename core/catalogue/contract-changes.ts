/** What callers of an API rely on, and how a new content would break it: then it needs a new version. */
import type { ApiAsset, AssetEndpoint } from '../messages/catalogue-api.ts';
import { quoted } from '../plan/faults.ts';
import { levelOf } from './classification.ts';
import { endpointKey } from './endpoints.ts';

/**
 * Removed is broken; so is what protects less than it did: callers were promised that too. What is added, and what
 * protects more data, breaks nobody; that a call suddenly needs authentication does.
 * @returns each change in words; none: it may keep its version
 */
export function contractChanges(before: ApiAsset, after: ApiAsset): string[] {
  const now = new Map(after.endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const ofEndpoints = before.endpoints.flatMap((endpoint) => {
    const name = `${endpoint.method} ${quoted(endpoint.path)}`;
    return changesOf(endpoint, now.get(endpointKey(endpoint))).map((change) => `${name} ${change}`);
  });
  const gone = before.pii_fields.filter((field) => !after.pii_fields.includes(field));
  return [
    ...ofEndpoints,
    ...(before.classification !== undefined && levelOf(after.classification) < levelOf(before.classification)
      ? [`it is classified as ${after.classification} and was as ${before.classification}`]
      : []),
    ...gone.map((field) => `${quoted(field)} is personal data no more`),
  ];
}

function changesOf(was: AssetEndpoint, is: AssetEndpoint | undefined): string[] {
  if (is === undefined) return ['is gone'];
  return [
    ...(was.requires_auth && !is.requires_auth ? ['requires no authentication any more'] : []),
    ...(!was.requires_auth && is.requires_auth ? ['requires authentication now'] : []),
    ...(was.sensitive_data && !is.sensitive_data ? ['has no sensitive data any more'] : []),
  ];
}

/** v12 is 12; what is no version is before all of them. */
export const versionNumber = (version: string | undefined): number =>
  Number(/^v([0-9]+)$/.exec(version ?? '')?.[1] ?? -1);
