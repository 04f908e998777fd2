/** Whether an asset may be called, and how good its entry is. */
import type { Asset, AssetFinding, Conformance } from '../messages/catalogue-api.ts';
import { RULES, type Rule } from './rules.ts';
import { CATALOGUE, type CatalogueSettings } from './settings.ts';

/**
 * Judged by the rules in force, each time anew: the same asset at the same moment always gets the same. Errors are told
 * before warnings, in the order of the rules.
 * @param moment epoch ms, `reviewed_at` too
 */
export function assess(
  asset: Asset,
  moment: { readonly now: number; readonly reviewed_at: number },
  settings: CatalogueSettings = CATALOGUE,
  rules: readonly Rule[] = RULES,
): Conformance {
  const findings: AssetFinding[] = [];
  let score = 100;
  for (const { code, weight, severity, broken } of rules) {
    const places = broken(asset, { ...moment, settings });
    if (places.length > 0) score -= weight;
    for (const place of places) findings.push({ code, ...place, severity });
  }
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  score = Math.max(0, score);
  return {
    score,
    conforming: errors.length === 0 && score >= settings.least_score,
    findings: [...errors, ...warnings].slice(0, settings.max_findings),
    findings_total: findings.length,
  };
}

/** Whether two judgements say the same. */
export const sameJudgement = (a: Conformance, b: Conformance): boolean =>
  a.conforming === b.conforming && a.score === b.score && placesOf(a) === placesOf(b);

/** Messages tell figures that change by themselves, such as days. */
const placesOf = ({ findings, findings_total }: Conformance): string =>
  JSON.stringify([findings_total, findings.map(({ code, path, severity }) => [code, path, severity])]);
