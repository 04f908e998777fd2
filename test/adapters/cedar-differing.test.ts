import { expect, it, vi } from 'vitest';
import { createCedarEngine } from '../../adapters/cedar/engine.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../core/policy/default-set.ts';
import { tryIn } from '../core/policy/worlds.ts';

const ALLOW = { decision: 'allow', diagnostics: { reason: ['any'], errors: [] } };
vi.mock('../../adapters/cedar/compiled/policies.ts', () => ({ compilePolicies: () => () => ALLOW }));

it('policies as compiled that differ from Cedar deny once, and are not asked again', () => {
  const engine = createCedarEngine(DEFAULT_POLICY_SET, POLICY_SCHEMA, sha256);
  const cedar = createCedarEngine(DEFAULT_POLICY_SET, POLICY_SCHEMA, sha256, { compiled: false });
  expect(engine.decide(tryIn(0).request)).toMatchObject({
    allowed: false,
    errors: [expect.stringContaining('compiled')],
  });
  for (let seed = 0; seed < 20; seed++) {
    const { request } = tryIn(seed);
    const [answer, right] = [engine.decide(request), cedar.decide(request)];
    expect(answer).toEqual(right);
  }
});
