import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../core/catalogue/conformance.ts';
import { retentionDays } from '../../../core/catalogue/retention.ts';
import { RULES } from '../../../core/catalogue/rules.ts';
import { CATALOGUE } from '../../../core/catalogue/settings.ts';
import type { Asset } from '../../../core/messages/catalogue-api.ts';
import { anyAsset, api, data } from '../../support/assets.ts';
import { NOW } from '../../support/plans.ts';

const judge = (asset: Asset, reviewed_at = NOW) => assess(asset, { now: NOW, reviewed_at });
const codesOf = (asset: Asset, reviewed_at = NOW) => judge(asset, reviewed_at).findings.map(({ code }) => code);
const open = { path: '/health', method: 'GET', sensitive_data: false, requires_auth: false } as const;
const DAY = 86_400_000;

describe('an asset', () => {
  it.each([api(), data()])('of kind $kind that lacks nothing conforms with 100', (asset) => {
    expect(judge(asset)).toEqual({ score: 100, conforming: true, findings: [], findings_total: 0 });
  });

  const broken: [string, Asset, string?][] = [
    ['OWNER_MISSING', api({ owner: undefined })],
    ['OWNER_MISSING', api({ owner: '  ' })],
    ['CLASSIFICATION_MISSING', api({ classification: undefined })],
    ['PII_CLASSIFIED_TOO_LOW', data({ classification: 'internal' })],
    ['PII_CLASSIFIED_TOO_LOW', data({ classification: 'public' })],
    ['RETENTION_MISSING', data({ retention_policy: undefined })],
    ['RETENTION_MALFORMED', data({ retention_policy: '90 days' })],
    ['RETENTION_OUT_OF_RANGE', data({ retention_policy: '6y' })],
    ['RETENTION_OUT_OF_RANGE', data({ retention_policy: '0d' })],
    ['VERSION_MISSING', api({ version: undefined })],
    ['VERSION_MALFORMED', api({ version: '1.0' })],
    ['ENDPOINTS_MISSING', api({ endpoints: [] })],
    ['ENDPOINT_PATH_MALFORMED', api({ endpoints: [{ ...open, path: 'users', requires_auth: true }] })],
    ['SENSITIVE_WITHOUT_AUTH', api({ endpoints: [{ ...open, sensitive_data: true }] })],
    [
      'SENSITIVE_IN_PUBLIC',
      api({
        ...{ classification: 'public', pii_fields: [] },
        endpoints: [{ ...open, sensitive_data: true, requires_auth: true }],
      }),
    ],
    ['STORAGE_MISSING', data({ storage_location: undefined })],
  ];
  it.each(broken)('is not called with %s', (code, asset) => {
    expect(codesOf(asset)).toEqual([code]);
    expect(judge(asset)).toMatchObject({ conforming: false, findings: [{ severity: 'error' }] });
  });

  it('takes a path for one endpoint whatever its parameters are called', () => {
    const endpoints = ['/users/{id}', '/users/{name}', '/users/{id}/x'].map((path) => ({
      ...open,
      path,
      requires_auth: true,
    }));
    expect(judge(api({ endpoints })).findings).toMatchObject([{ code: 'ENDPOINT_DUPLICATE', path: '/endpoints/1' }]);
  });

  it('may be called with a warning or two, and not with three', () => {
    const opened = { endpoints: [...api().endpoints, open] };
    expect(codesOf(api(opened))).toEqual(['OPEN_ENDPOINT']);
    expect(judge(api({ ...opened, sla_tier: undefined }))).toMatchObject({ score: 80, conforming: true });
    const late = NOW - CATALOGUE.review_within_ms - DAY;
    expect(judge(api({ ...opened, sla_tier: undefined }), late)).toMatchObject({ score: 70, conforming: false });
  });

  it('is overdue for a review after half a year, not before', () => {
    expect(codesOf(data(), NOW - 180 * DAY)).toEqual([]);
    expect(codesOf(data(), NOW - 180 * DAY - 1)).toEqual(['REVIEW_OVERDUE']);
  });

  it('has its worst findings told where they are too many, and all of them counted', () => {
    const endpoints = Array.from({ length: 500 }, (_, at) => ({ ...open, path: `/p${at}`, sensitive_data: true }));
    const { findings, findings_total, score } = judge(api({ endpoints, sla_tier: undefined }));
    expect([findings.length, findings_total, score]).toEqual([100, 501, 50]);
    expect(findings.every(({ severity }) => severity === 'error')).toBe(true);
  });
});

describe('conformance', () => {
  it('never lets an asset with personal data below confidential be called, nor sensitive data without authentication', () => {
    fc.assert(
      fc.property(anyAsset, (asset) => {
        const { conforming } = judge(asset);
        const low = asset.classification === 'public' || asset.classification === 'internal';
        if (asset.pii_fields.length > 0 && low) expect(conforming).toBe(false);
        if (asset.kind === 'api' && asset.endpoints.some((of) => of.sensitive_data && !of.requires_auth))
          expect(conforming).toBe(false);
        if (asset.owner === undefined || asset.classification === undefined) expect(conforming).toBe(false);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is 100 less the weights of the rules that are broken, and conforming says so of errors and score', () => {
    const weights = new Map(RULES.map(({ code, weight }) => [code, weight]));
    fc.assert(
      fc.property(anyAsset, (asset) => {
        const { score, conforming, findings } = judge(asset);
        const codes = new Set(findings.map(({ code }) => code));
        const lost = [...codes].reduce((sum, code) => sum + (weights.get(code) ?? Number.NaN), 0);
        expect(score).toBe(Math.max(0, 100 - lost));
        expect(conforming).toBe(findings.every(({ severity }) => severity === 'warning') && score >= 80);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('names each rule once, with a weight', () => {
    expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length);
    expect(RULES.every(({ weight }) => weight > 0 && weight <= 100)).toBe(true);
  });
});

it('reads retention in days, months of 30 and years of 365', () => {
  expect(['90d', '6m', '1y', '1.5y', 'y', '-1d', '1Y', ''].map(retentionDays)).toEqual([
    ...[90, 180, 365],
    ...[undefined, undefined, undefined, undefined, undefined],
  ]);
});
