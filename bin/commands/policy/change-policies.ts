/** `hive policy propose`, `approve`, `roll-back` and `shadow`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createCedarEngine } from '../../../adapters/cedar/engine.ts';
import { faultsOfPolicySet } from '../../../adapters/cedar/policy-set.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { VerbAnswer } from '../../../core/messages/monitoring-api.ts';
import { runCases } from '../../../core/policy/cases.ts';
import { POLICY_SCHEMA } from '../../../core/policy/default-set.ts';
import type { PolicySet } from '../../../core/policy/policy-set.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import type { Io } from '../../support/io.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { connectPolicies } from '../../support/policies-client.ts';
import { readPolicyCases } from '../../support/policy-cases.ts';
import { readPolicyFolder } from '../../support/policy-folder.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';
import { versionOf } from './show-policies.ts';

export const proposePolicies: Run<OperatorOptions> = async (io, [folder = ''], options) => {
  const set = readPolicyFolder(folder);
  requireTested(set, folder);
  const client = connectPolicies(await resolveApi(options, io));
  return tell(io, await client.propose(set, operatorOf(options)), options);
};

export const approvePolicies: Run<OperatorOptions> = async (io, [version = ''], options) => {
  const client = connectPolicies(await resolveApi(options, io));
  return tell(io, await client.approve(versionOf(version), operatorOf(options)), options);
};

export const rollBackPolicies: Run<OperatorOptions> = async (io, [version], options) => {
  const client = connectPolicies(await resolveApi(options, io));
  const to = version === undefined ? undefined : versionOf(version);
  return tell(io, await client.rollBack(to, operatorOf(options)), options);
};

export const shadowPolicies: Run<OperatorOptions> = async (io, [version = ''], options) => {
  const client = connectPolicies(await resolveApi(options, io));
  const tried = version === 'off' ? undefined : versionOf(version);
  return tell(io, await client.shadow(tried, operatorOf(options)), options);
};

/** What fails its own cases is not sent. @throws HiveError POLICIES_INVALID */
function requireTested(set: PolicySet, folder: string): void {
  const faults = [...faultsOfPolicySet(set, POLICY_SCHEMA)];
  if (faults.length === 0 && existsSync(join(folder, 'cases.json'))) {
    const outcomes = runCases(readPolicyCases(folder), createCedarEngine(set, POLICY_SCHEMA, sha256));
    faults.push(...outcomes.filter(({ passed }) => !passed).map(({ of }) => `case fails: ${of.says}`));
  }
  if (faults.length > 0)
    throw refuse('POLICIES_INVALID', `the policies are not fit to be proposed: ${faults.slice(0, 5).join('; ')}`, {
      try: `hive policy test ${folder}`,
      detail: { faults: faults.slice(0, 100) },
    });
}

function tell(io: Io, answer: VerbAnswer, { json }: { readonly json?: true }): number {
  io.stdout.write(`${json ? toJson(answer) : verbLine(`version ${answer.id}`, answer)}\n`);
  return EXIT.ok;
}
