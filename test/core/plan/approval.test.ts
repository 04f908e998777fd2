import { describe, expect, it } from 'vitest';
import type { CognitivePlanInput } from '../../../core/messages/cognitive-plan.ts';
import { approvalReasons } from '../../../core/plan/admission.ts';
import { PLAN_SETTINGS } from '../../../core/plan/limits.ts';
import { parsedPlan } from '../../support/plans.ts';

type Changes = Partial<CognitivePlanInput>;
const reasons = (changes: Changes) => approvalReasons(parsedPlan(changes), PLAN_SETTINGS);

const risky: [string, Changes][] = [
  ['the producer asks for it', { requires_approval: true }],
  ['the risk score is 0.7', { risk_score: 0.7 }],
  ['the plan is destructive', { is_destructive: true }],
  ['a task is destructive', { destructive_tasks: ['a'] }],
  ['the band is high', { risk_band: 'high' }],
  ['the band is critical', { risk_band: 'critical' }],
];

describe('a plan needs a person’s yes', () => {
  it.each(risky)('when %s, and says so', (_, changes) => {
    expect(reasons(changes)).toHaveLength(1);
    expect(reasons({ ...changes, approval_status: 'pending' })).toHaveLength(1);
    expect(reasons({ ...changes, approval_status: 'approved', approved_by: 'somebody' })).toEqual([]);
  });

  it('for every reason it has', () => {
    expect(reasons(Object.assign({}, ...risky.map(([, changes]) => changes)))).toHaveLength(4);
  });

  it('not when it is harmless', () => {
    expect(reasons({ risk_score: 0.69, risk_band: 'medium' })).toEqual([]);
    expect(reasons({ metadata: { author: 'a' }, approval_status: 'approved', approved_by: 'a' })).toEqual([]);
  });

  const asked: Changes = { requires_approval: true, approval_status: 'approved' };
  it.each<[string, Changes]>([
    ['its author’s', { metadata: { author: 'eve' }, approved_by: 'eve' }],
    ['its author’s, by another field', { metadata: { created_by: 'eve' }, approved_by: 'eve' }],
    ['its author’s, with a space', { metadata: { author: 'eve' }, approved_by: ' eve ' }],
  ])('and no yes of %s own counts', (_, changes) => {
    expect(reasons({ ...asked, ...changes })).toEqual([
      'the producer asks for approval',
      'its author may not approve it',
    ]);
  });

  it.each([undefined, null, '', '  '])('and no yes of nobody (%j) counts', (approved_by) => {
    expect(reasons({ ...asked, approved_by })).toEqual(['the producer asks for approval', 'its approval names nobody']);
  });
});
