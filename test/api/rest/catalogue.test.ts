import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRestApp } from '../../../api/rest/app.ts';
import { assetPage, assetView } from '../../../core/messages/catalogue-api.ts';
import { createAccess } from '../../support/access.ts';
import { api, data } from '../../support/assets.ts';
import { createMonitoredHive } from '../../support/monitored-hive.ts';

let app: ReturnType<typeof createRestApp>;
beforeEach(() => {
  const hive = createMonitoredHive();
  app = createRestApp({
    ...{ ...hive.served, sha256, streaming: false },
    ...createAccess(hive),
    identityOf: () => ({ kind: 'local', key: 'arn:ada' }),
  });
});

const ask = async (method: string, path: string, body?: unknown, headers = {}) => {
  const init = { method, headers: { 'content-type': 'application/json', ...headers } };
  const response = await app.request(path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  return { status: response.status, etag: response.headers.get('etag') ?? '', body: await response.json() };
};
const put = (asset: { asset_id: string }, headers = {}) =>
  ask('PUT', `/v1/assets/${asset.asset_id}`, { why: 'it is ours', asset }, headers);

describe('the catalogue over REST', () => {
  it('takes an asset, shows it, lists it, retires it and knows what it was', async () => {
    expect(await put(api())).toMatchObject({ status: 200, body: { phase: 'active', changed: true } });
    expect(await put(api())).toMatchObject({ status: 200, body: { changed: false } });
    await put(data({ owner: undefined }));
    const shown = await ask('GET', '/v1/assets/users-api');
    expect(assetView.parse(shown.body)).toMatchObject({ put: { by: 'arn:ada' }, conformance: { conforming: true } });
    const listed = assetPage.parse((await ask('GET', '/v1/assets?limit=1')).body);
    expect(listed).toMatchObject({ items: [{ asset_id: 'users-api' }] });
    const next = await ask('GET', `/v1/assets?limit=1&cursor=${encodeURIComponent(listed.next_cursor ?? '')}`);
    expect(next.body).toMatchObject({ items: [{ asset_id: 'users-table' }] });
    const bad = await ask('GET', '/v1/assets?conforming=false');
    expect(bad.body).toMatchObject({ items: [{ asset_id: 'users-table', conforming: false }] });
    const retired = await ask('POST', '/v1/assets/users-api/retire', { why: 'v2 is out', on_behalf_of: 'eve' });
    expect(retired.body).toMatchObject({ phase: 'retired' });
    const { body } = await ask('GET', '/v1/assets/users-api/history');
    expect(body).toMatchObject({
      revisions: [{ event: 'AssetPut' }, { event: 'AssetRetired', by: 'arn:ada for eve' }],
    });
  });

  it('answers what is refused with its code', async () => {
    expect(await ask('GET', '/v1/assets/gone')).toMatchObject({ status: 404, body: { code: 'ASSET_UNKNOWN' } });
    await put(api());
    const broken = await put(api({ endpoints: [] }));
    expect(broken).toMatchObject({ status: 409, body: { code: 'ASSET_VERSION_NEEDED' } });
    const secret = await put({ ...data(), storage_location: 'pg://me:secret@db/users' } as never);
    expect(secret).toMatchObject({ status: 400, body: { code: 'MESSAGE_INVALID' } });
    expect(JSON.stringify(secret.body)).not.toContain('me:secret');
  });

  it('replaces an asset only where it is still as the caller saw it, if asked so', async () => {
    await put(api());
    const { etag } = await ask('GET', '/v1/assets/users-api');
    await put(api({ owner: 'team-other' }));
    expect(await put(api(), { 'if-match': etag })).toMatchObject({ status: 412 });
    expect(await put(api())).toMatchObject({ status: 200 });
  });
});
