/** Policy sets from text: files of policies become single ones, by the id that each names itself; and do they fit the schema. */
import { HiveError } from '../../core/errors.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import { loadCedar } from './wasm.ts';

const invalid = (message: string): HiveError => new HiveError('POLICIES_INVALID', message, { status: 422 });

/**
 * @param files text of each file, by its name
 * @returns policies by id, in order of their ids
 * @throws HiveError POLICIES_INVALID (422): a file does not parse, a policy has no `@id`, no `@reason`, or another's id
 */
export function splitPolicies(files: Readonly<Record<string, string>>): Record<string, string> {
  const cedar = loadCedar();
  const found = new Map<string, string>();
  for (const [file, text] of Object.entries(files)) {
    const parts = cedar.policySetTextToParts(text);
    if (parts.type === 'failure')
      throw invalid(`${file} does not parse: ${parts.errors.map(({ message }) => message).join('; ')}`);
    if (parts.policy_templates.length > 0) throw invalid(`${file} has templates: write policies without slots.`);
    for (const policy of parts.policies) {
      const json = cedar.policyToJson(policy);
      const { id, reason } = (json.type === 'success' && json.json.annotations) || {};
      const named = `${file}: the policy that begins with ${JSON.stringify(policy.slice(0, 60))}`;
      if (!id) throw invalid(`${named} has no @id.`);
      if (!reason) throw invalid(`${file}: policy ${id} has no @reason: say what a refused caller is told.`);
      if (found.has(id)) throw invalid(`${file}: there is another policy with the id ${id}.`);
      found.set(id, policy);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All that does not fit, empty when the set may be proposed: it parses, names itself, and speaks of what the schema has. */
export function faultsOfPolicySet({ policies }: PolicySet, schema: string): string[] {
  const cedar = loadCedar();
  const faults = Object.entries(policies).flatMap(([id, text]) => {
    const json = cedar.policyToJson(text);
    if (json.type === 'failure') return json.errors.map(({ message }) => `${id}: ${message}`);
    const { annotations } = json.json;
    if (annotations?.id !== id) return [`${id}: names itself ${JSON.stringify(annotations?.id)}`];
    return annotations.reason ? [] : [`${id}: has no @reason`];
  });
  if (faults.length > 0) return faults;
  const answer = cedar.validate({ schema, policies: { staticPolicies: policies } });
  if (answer.type === 'failure') return answer.errors.map(({ message }) => message);
  return answer.validationErrors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
}
