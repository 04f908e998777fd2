import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../../adapters/yaml/documents.ts';
import { importAssets } from '../../../core/catalogue/import/assets.ts';
import { HiveError } from '../../../core/errors.ts';
import type { ApiAsset } from '../../../core/messages/catalogue-api.ts';
import { api, data } from '../../support/assets.ts';

const read = (text: string, id?: string) => importAssets(parseDocuments(text), id);
const codesOf = (text: string) => read(text).assets.flatMap(({ notes }) => notes.map(({ code, path }) => [code, path]));
const faultsOf = (text: string) => {
  try {
    read(text);
  } catch (error) {
    return (error as HiveError).detail.faults as { code: string; path: string }[];
  }
  return [];
};

const CRD = `
apiVersion: catalog.neural-hive.io/v1alpha1
kind: ApiAsset
metadata:
  name: users-api
  namespace: neural-hive-system
  labels: { team: identity }
spec:
  owner: team-identity
  classification: confidential
  pii_fields: ["user_id", "email"]
  sla_tier: gold           # bronze|silver|gold|platinum
  retention_policy: "90d"
  version: v1
  tags: [users]
  endpoints:
    - path: "/users"
      method: get
      sensitive_data: true
      requires_auth: true
---
apiVersion: catalog.neural-hive.io/v1alpha1
kind: DataAsset
metadata: { name: users-table }
spec:
  owner: team-data
  classification: confidential
  storage_location: "postgres://users-db.users"
  retention_policy: "1y"
  pii_fields: [email]
  data_schema: { format: json }
`;

describe('the CRDs', () => {
  it('are taken over with the fields that they have, several in a file', () => {
    const { assets } = read(CRD);
    expect(assets.map(({ asset }) => asset)).toMatchObject([
      {
        ...{
          kind: 'api',
          asset_id: 'users-api',
          owner: 'team-identity',
          classification: 'confidential',
          version: 'v1',
        },
        ...{ sla_tier: 'gold', retention_policy: '90d', pii_fields: ['user_id', 'email'], tags: ['users'] },
        endpoints: [{ path: '/users', method: 'GET', sensitive_data: true, requires_auth: true }],
      },
      { kind: 'data', asset_id: 'users-table', storage_location: 'postgres://users-db.users' },
    ]);
  });

  it('have what nobody knows told, and what is invalid left out', () => {
    expect(codesOf(CRD)).toEqual([['FIELD_UNKNOWN', '/1/spec/data_schema']]);
    const bad = CRD.replace('classification: confidential', 'classification: secret').replace(
      'method: get',
      'method: FETCH',
    );
    const { assets } = read(bad);
    expect(assets[0]?.asset).not.toHaveProperty('classification');
    expect(assets[0]?.asset).toMatchObject({ endpoints: [] });
    expect(assets[0]?.notes.map(({ path }) => path)).toEqual(['/0/spec/classification', '/0/spec/endpoints/0/method']);
  });

  it('of other kinds are told and passed over', () => {
    const other = 'apiVersion: catalog.neural-hive.io/v1alpha1\nkind: DataLineage\nmetadata: { name: x }\n';
    const { assets, notes } = read(`${CRD}---\n${other}`);
    expect(assets).toHaveLength(2);
    expect(notes).toMatchObject([{ code: 'KIND_UNKNOWN', path: '/2/kind' }]);
    expect(faultsOf(other)).toMatchObject([{ code: 'DOCUMENT_EMPTY' }]);
  });

  it.each([
    ['a name that is none', CRD.replace('users-api', 'Users API'), 'ASSET_NAME_INVALID'],
    ['no spec', 'apiVersion: neuralhive.io/v1\nkind: ApiAsset\nmetadata: { name: a }', 'SPEC_MISSING'],
    ['one name twice', `${CRD}---${CRD}`, 'ASSET_TWICE'],
    ['what is none of it', 'hello: world', 'DOCUMENT_UNKNOWN'],
    ['nothing', '# nothing\n', 'DOCUMENT_EMPTY'],
  ])('are refused with %s', (_, text, code) => {
    expect(faultsOf(text).map((fault) => fault.code)).toContain(code);
  });
});

const openapi = (changes: object = {}, info: object = {}) => ({
  openapi: '3.1.0',
  info: {
    ...{ title: 'Pét Store — API', version: '2.1.0', 'x-owner': 'team-pets', 'x-classification': 'internal' },
    ...{ 'x-retention-policy': '90d', 'x-sla-tier': 'silver', ...info },
  },
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: 'apiKey' }, oauth: { type: 'oauth2' } } },
  tags: [{ name: 'pets' }],
  paths: {
    '/pets': {
      get: { security: [] },
      post: { 'x-sensitive-data': true },
      put: { security: [{ oauth: ['write'] }, { key: [] }] },
      delete: { security: [{ key: [] }, {}] },
    },
  },
  ...changes,
});
const imported = (document: object, id?: string) => {
  const [first] = read(JSON.stringify(document), id).assets;
  return first as { asset: ApiAsset; notes: readonly { code: string; path: string }[] };
};

describe('an OpenAPI document', () => {
  it('is an ApiAsset: its operations are endpoints, its major version is the version', () => {
    const { asset, notes } = imported(openapi({}, { 'x-asset-id': 'pets' }));
    expect(notes).toEqual([]);
    expect(asset).toMatchObject({
      ...{ asset_id: 'pets', owner: 'team-pets', classification: 'internal', version: 'v2', tags: ['pets'] },
      ...{ retention_policy: '90d', sla_tier: 'silver', pii_fields: [] },
    });
  });

  it('requires authentication where every alternative does, an operation’s own security first', () => {
    const auth = imported(openapi()).asset.endpoints.map(({ method, requires_auth }) => [method, requires_auth]);
    expect(auth).toEqual([
      ['GET', false],
      ['POST', true],
      ['PUT', true],
      ['DELETE', false],
    ]);
    const without = imported(openapi({ security: undefined })).asset.endpoints.map((of) => of.requires_auth);
    expect(without).toEqual([false, false, true, false]);
  });

  it('counts a scheme that is not defined, and security that is no list, as no authentication, and tells it', () => {
    const paths = { '/a': { get: { security: [{ nope: [] }] }, put: { security: 'yes' } } };
    const { asset, notes } = imported(openapi({ paths }, { 'x-asset-id': 'a' }));
    expect(asset.endpoints.map(({ requires_auth }) => requires_auth)).toEqual([false, false]);
    expect(notes.map(({ code }) => code)).toEqual(['SECURITY_SCHEME_UNKNOWN', 'SECURITY_UNREADABLE']);
  });

  it('is called after its title where it does not say how, or as the caller says', () => {
    const { asset, notes } = imported(openapi());
    expect([asset.asset_id, notes[0]?.code]).toEqual(['pet-store-api', 'NAME_FROM_TITLE']);
    expect(imported(openapi(), 'mine').asset.asset_id).toBe('mine');
    expect(faultsOf(JSON.stringify(openapi({}, { title: '宠物' })))).toMatchObject([{ code: 'ASSET_NAME_INVALID' }]);
  });

  it('has nothing made up for it: what it does not say is a finding later', () => {
    const { asset } = imported({
      openapi: '3.0.3',
      info: { title: 'Bare', version: 'first' },
      paths: { '/a': { get: {} } },
    });
    expect(asset).toEqual({
      ...{ kind: 'api', asset_id: 'bare', tenant_id: 'default', pii_fields: [], tags: [] },
      endpoints: [{ path: '/a', method: 'GET', sensitive_data: false, requires_auth: false }],
    });
  });

  it('follows a path that stands among its components, and no reference to elsewhere', () => {
    const document = openapi({
      paths: { '/a': { $ref: '#/components/pathItems/a' }, '/b': { $ref: 'https://example.org/b.yaml' } },
      components: { pathItems: { a: { get: { security: [] } } } },
    });
    const { asset, notes } = imported(document);
    expect(asset.endpoints.map(({ path }) => path)).toEqual(['/a']);
    expect(notes.map(({ code }) => code)).toContain('REFERENCE_NOT_FOLLOWED');
  });

  it.each([
    ['Swagger 2', { swagger: '2.0' }, 'OPENAPI_VERSION_UNKNOWN'],
    ['a version to come', { openapi: '4.0.0' }, 'OPENAPI_VERSION_UNKNOWN'],
    [
      'more operations than an asset has endpoints',
      openapi({ paths: Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`/p${at}`, { get: {} }])) }),
      'TOO_MANY_ENDPOINTS',
    ],
  ])('is refused when it is %s', (_, document, code) => {
    expect(faultsOf(JSON.stringify(document))).toMatchObject([{ code }]);
  });
});

describe('documents from anybody', () => {
  const codeOf = (text: string): string => {
    try {
      read(text);
      return 'none';
    } catch (error) {
      if (!(error instanceof HiveError)) throw error;
      return (error.detail.faults as { code: string }[] | undefined)?.[0]?.code ?? error.code;
    }
  };
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, at) => {
      const before = '*'.concat('abcdefgh'[at] ?? '');
      return `${name}: &${name} [${Array(9).fill(before).join(',')}]`;
    }),
  ].join('\n');

  it.each([
    ['refers to itself', '&a\nasset_id: *a\nkind: api', 'DOCUMENT_TOO_DEEP'],
    ['grows from a few bytes to billions', bomb, 'DOCUMENT_MALFORMED'],
    ['is nested deep', `${'['.repeat(100)}${']'.repeat(100)}`, 'DOCUMENT_TOO_DEEP'],
    ['is nested absurdly deep', '['.repeat(200_000), 'DOCUMENT_MALFORMED'],
    ['has a name twice', '{"asset_id": "a", "asset_id": "b", "kind": "data"}', 'DOCUMENT_MALFORMED'],
    ['has a name twice, once in quotes', 'kind: data\n"kind": api', 'DOCUMENT_MALFORMED'],
    ['is too large', ' '.repeat(4_000_001), 'DOCUMENT_TOO_LARGE'],
    ['is no YAML', 'a: b: c: [', 'DOCUMENT_MALFORMED'],
    ['names a prototype', '{"__proto__": {"asset_id": "x"}, "kind": "api"}', 'DOCUMENT_UNKNOWN'],
    ['has half a surrogate pair', '{"asset_id": "a", "kind": "data", "owner": "\\ud800"}', 'FIELD_INVALID'],
    ['has a password', '{"asset_id": "a", "kind": "data", "storage_location": "pg://me:secret@db/x"}', 'FIELD_INVALID'],
  ])('are refused with a code when one %s', (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('never break the reader, whatever they say', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'openapi',
        'apiVersion',
        'asset_id',
        'kind',
        'paths',
        'info',
        'spec',
        'metadata',
        '__proto__',
        'get',
      ),
      fc.string({ maxLength: 8, unit: 'binary' }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('3.1.0', 'ApiAsset', 'catalog.neural-hive.io/v1', null, 7),
        fc.string(),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(part, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 3 }), (documents) => {
        try {
          importAssets(documents);
        } catch (error) {
          expect(error).toBeInstanceOf(HiveError);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('come back as they were exported', () => {
    const all = [api(), data()];
    expect(read(JSON.stringify(all)).assets.map(({ asset }) => asset)).toEqual(all);
  });
});
