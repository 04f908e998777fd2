import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCedarEngine } from '../../../adapters/cedar/engine.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../../core/policy/default-set.ts';
import type { PolicyEngine } from '../../../core/ports/policies.ts';
import { breachOf, tryIn } from './worlds.ts';

const SEED = 20_261_128;
/** The digest of the question is not what is looked at here. */
const cheap = (text: string): string => `${text.length}`;
const RUNS = 100_000;
const TIMEOUT_MS = 300_000;

function withoutPolicy(id: string): PolicyEngine {
  const { [id]: gone, ...policies } = DEFAULT_POLICY_SET.policies;
  expect(gone).toBeDefined();
  return createCedarEngine(
    { ...DEFAULT_POLICY_SET, policies },
    POLICY_SCHEMA,
    (text) => `${cheap(text)} without ${id}`,
  );
}

describe('the policies that come with the code', () => {
  it(
    'keep tenants apart, authors from approving and secrets from who is not cleared, over 100 000 random worlds',
    () => {
      const engine = createCedarEngine(DEFAULT_POLICY_SET, POLICY_SCHEMA, cheap);
      const seen = new Map<string, number>();
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const breach = breachOf(engine, seed, seen);
          if (breach) throw new Error(`${breach.breaks} is broken: ${JSON.stringify(breach.request)}`);
        }),
        { numRuns: RUNS, seed: SEED },
      );
      // What allows nothing keeps everybody apart as well.
      for (const kind of ['start', 'plan', 'ticket', 'dispatch', 'claim', 'list'])
        expect(seen.get(kind) ?? 0).toBeGreaterThan(RUNS / 200);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['tenant-of-another-plan', 'tenant isolation'],
    ['tenant-of-another-ticket', 'tenant isolation'],
    ['tenant-of-all', 'tenant isolation'],
    ['tenant-of-another-agent', 'tenant isolation'],
    ['agent-clearance', 'clearance'],
    ['author-approves-plan', 'author ≠ approver'],
    ['approval-by-author', 'author ≠ approver'],
    ['approval-missing', 'author ≠ approver'],
  ])(
    'are missed where %s is left out: the same search finds that %s is broken',
    (id, rule) => {
      const engine = withoutPolicy(id);
      const broken = new Set<string>();
      for (let seed = 0; seed < 3000 && !broken.has(rule); seed++) {
        const breach = breachOf(engine, seed, new Map());
        if (breach?.breaks) broken.add(breach.breaks);
      }
      expect([...broken]).toContain(rule);
    },
    TIMEOUT_MS,
  );

  it('are asked about worlds of which many may not be', () => {
    const rules = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      const { breaks } = tryIn(seed);
      if (breaks) rules.set(breaks, (rules.get(breaks) ?? 0) + 1);
    }
    for (const rule of ['tenant isolation', 'author ≠ approver', 'clearance'])
      expect(rules.get(rule) ?? 0).toBeGreaterThan(100);
  });
});
