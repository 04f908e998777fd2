/** `hive policy list` and `hive policy show`. */
import type { PoliciesView } from '../../../core/messages/policies-api.ts';
import type { PolicySet } from '../../../core/policy/policy-set.ts';
import type { ApiOptions } from '../../support/api-options.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectPolicies } from '../../support/policies-client.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { plain, table, toJson } from '../../support/text.ts';

export const listPolicies: Run<ApiOptions> = async (io, _args, options) => {
  const view = await connectPolicies(await resolveApi(options, io)).list();
  io.stdout.write(`${options.json ? toJson(view) : versionLines(view).join('\n')}\n`);
  return EXIT.ok;
};

export const showPolicies: Run<ApiOptions> = async (io, [given], options) => {
  const client = connectPolicies(await resolveApi(options, io));
  const version = given === undefined ? (await client.list()).in_force : versionOf(given);
  const set = await client.show(version);
  io.stdout.write(`${options.json ? toJson({ version, set }) : setText(set)}\n`);
  return EXIT.ok;
};

/** @throws HiveError USAGE */
export function versionOf(text: string): number {
  if (/^(0|[1-9]\d{0,8})$/.test(text)) return Number(text);
  throw refuse('USAGE', 'give the number of a version of the policies', { try: 'hive policy list' });
}

/** The latest first; version 0 comes with the code. */
export function versionLines({ versions, in_force, shadow, before }: PoliciesView): string[] {
  const standing = (version: number): string => {
    if (version === in_force) return 'in force';
    if (version === shadow) return 'in shadow';
    return before.includes(version) ? 'before' : 'proposed';
  };
  const iso = (at: number | undefined) => (at === undefined ? '' : new Date(at).toISOString().slice(0, 19));
  const rows = [...versions]
    .reverse()
    .map((one) => [
      ...[String(one.version), standing(one.version), one.author, iso(one.proposed_at)],
      ...[one.approved_by ?? '', iso(one.approved_at), one.why],
    ]);
  const first = ['0', standing(0) === 'proposed' ? '' : standing(0), 'with the code', '', '', '', ''];
  const heads = ['version', 'stands', 'author', 'proposed (UTC)', 'approved by', 'approved (UTC)', 'why'];
  return table(
    heads,
    [...rows, first].map((row) => row.map(plain)),
  );
}

const setText = ({ policies, tenants }: PolicySet): string =>
  [...Object.values(policies), `// tenants.json\n${JSON.stringify(tenants, null, 2)}`].join('\n\n');
