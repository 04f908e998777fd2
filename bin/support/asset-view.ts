/** Assets of the catalogue as lines for people. */
import type { ImportNote } from '../../core/catalogue/import/notes.ts';
import type {
  AssetFinding,
  AssetHistory,
  AssetSummary,
  AssetView,
  Conformance,
} from '../../core/messages/catalogue-api.ts';
import type { Out } from './io.ts';
import { count, duration, plain, table } from './text.ts';

type Color = Out['color'];

export function assetTable(assets: readonly AssetSummary[]): string[] {
  const rows = assets.map((of) => [
    plain(of.asset_id),
    of.kind,
    plain(of.version ?? '–'),
    of.classification ?? '–',
    plain(of.owner ?? '–'),
    standsOf(of),
    String(of.score),
    of.findings === 0 ? '' : count(of.findings, 'finding'),
  ]);
  return table(['asset', 'kind', 'version', 'class', 'owner', 'may be called', 'score', ''], rows);
}

const standsOf = ({ status, conforming }: Pick<AssetSummary, 'status' | 'conforming'>): string =>
  status === 'retired' ? 'no: retired' : conforming ? 'yes' : 'no';

const BAR = 20;
export function conformanceLine({ score, conforming, findings_total }: Conformance, color: Color): string {
  const full = Math.round((score / 100) * BAR);
  const paint = conforming ? color.green : color.red;
  const told = findings_total === 0 ? '' : `, ${count(findings_total, 'finding')}`;
  const may = conforming ? 'conforms' : 'does not conform: it is not called';
  return `${paint(`${'█'.repeat(full)}${'░'.repeat(BAR - full)}`)} ${score} of 100${told}: ${may}`;
}

export function findingLines({ findings, findings_total }: Conformance, color: Color): string[] {
  const lines = findings.map(({ code, path, message, severity }: AssetFinding) => {
    const paint = severity === 'error' ? color.red : color.yellow;
    return `  ${paint(severity.padEnd(7))} ${code}${path === '' ? '' : ` ${plain(path)}`}: ${plain(message)}`;
  });
  const more = findings_total - findings.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

export const noteLine = ({ code, path, message }: ImportNote, color: Color): string =>
  `  ${color.yellow('note')}    ${code} ${plain(path)}: ${plain(message)}`;

export function assetLines(view: AssetView, history: AssetHistory, now: number, color: Color): string[] {
  const { asset, put, retired, conformance, reviewed_at } = view;
  const field = (name: string, value: string | undefined): string[] =>
    value === undefined || value === '' ? [] : [`  ${name.padEnd(10)} ${plain(value)}`];
  return [
    `${color.bold(plain(asset.asset_id))} ${asset.kind} ${plain(asset.version ?? '')}`.trimEnd(),
    `  ${conformanceLine(conformance, color)}`,
    ...findingLines(conformance, color),
    ...(retired
      ? [color.red(`  retired    ${ago(retired.at, now)} by ${plain(retired.by)}: ${plain(retired.why)}`)]
      : []),
    ...field('owner', asset.owner),
    ...field('tenant', [asset.tenant_id, ...(asset.tenants ?? [])].join(', ')),
    ...field('class', asset.classification),
    ...field('personal', asset.pii_fields.join(', ')),
    ...field('kept for', asset.retention_policy),
    ...field('regions', asset.regions?.join(', ')),
    ...(asset.kind === 'data' ? field('lies at', asset.storage_location) : field('promises', asset.sla_tier)),
    ...field('tags', asset.tags.join(', ')),
    ...field('reviewed', ago(reviewed_at, now)),
    ...field('put', `${ago(put.at, now)} by ${put.by}: ${put.why}`),
    ...(asset.kind === 'api' ? endpointLines(asset.endpoints) : []),
    '',
    ...table(
      ['revision', 'when (UTC)', 'what', 'version', 'score', 'who and why'],
      history.revisions.map(({ revision, at, event, version = '', score, by, why }) => [
        String(revision),
        new Date(at).toISOString().slice(0, 19),
        event,
        plain(version),
        score === undefined ? '' : String(score),
        by === undefined ? '' : plain(`${by}: ${why}`),
      ]),
    ).map((line) => `  ${line}`),
  ];
}

function endpointLines(endpoints: Extract<AssetView['asset'], { kind: 'api' }>['endpoints']): string[] {
  const rows = endpoints.map(({ method, path, requires_auth, sensitive_data }) => [
    method,
    plain(path),
    requires_auth ? 'authenticated' : 'open',
    sensitive_data ? 'sensitive' : '',
  ]);
  return ['', ...table(['method', 'path', 'who', 'data'], rows).map((line) => `  ${line}`)];
}

const ago = (at: number, now: number): string => `${duration(Math.max(0, now - at))} ago`;
