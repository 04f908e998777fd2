/** `hive policy test`. */
import { createCedarEngine } from '../../../adapters/cedar/engine.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { type CaseOutcome, runCases } from '../../../core/policy/cases.ts';
import { POLICY_SCHEMA } from '../../../core/policy/default-set.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { readPolicyCases } from '../../support/policy-cases.ts';
import { BUNDLED_POLICIES, readFitPolicies } from '../../support/policy-folder.ts';
import { count, plain, toJson } from '../../support/text.ts';

export const testPolicies: Run<object> = async (io, [folder = BUNDLED_POLICIES], { json }) => {
  const set = readFitPolicies(folder);
  const engine = createCedarEngine(set, POLICY_SCHEMA, sha256);
  const outcomes = runCases(readPolicyCases(folder), engine);
  const failed = outcomes.filter(({ passed }) => !passed);
  const undecided = Object.keys(set.policies).filter(
    (id) => !outcomes.some(({ decision }) => decision.policies.includes(id)),
  );
  if (json)
    io.stdout.write(
      `${toJson({ policy_set: engine.policySet, policies: Object.keys(set.policies).length, cases: outcomes.length, failed: failed.map(told), undecided })}\n`,
    );
  else {
    const { green, red, yellow } = io.stdout.color;
    for (const outcome of failed) io.stdout.write(`${red('fails')} ${lineOf(outcome)}\n`);
    if (undecided.length > 0) io.stdout.write(`${yellow('note')} no case is decided by ${undecided.join(', ')}\n`);
    const size = `${count(Object.keys(set.policies).length, 'policy', 'policies')}, ${count(outcomes.length, 'case')}`;
    io.stdout.write(failed.length === 0 ? `${green('ok')} ${size}\n` : `${size}: ${red(`${failed.length} fail`)}\n`);
  }
  return failed.length === 0 ? EXIT.ok : EXIT.refused;
};

const told = ({ of, decision }: CaseOutcome) => ({
  ...{ says: of.says, expected: of.expect, by: of.by },
  ...{ got: decision.allowed ? 'allow' : 'deny', policies: decision.policies, errors: decision.errors },
});

function lineOf({ of, decision }: CaseOutcome): string {
  const by = (ids: readonly string[] | undefined) => (ids === undefined ? '' : ` by ${ids.join(', ') || 'none'}`);
  const got = decision.errors.length > 0 ? decision.errors.join('; ') : by(decision.policies).trim();
  return plain(`${of.says}: ${of.expect}${by(of.by)} expected, got ${decision.allowed ? 'allow' : 'deny'} ${got}`);
}
