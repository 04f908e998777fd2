/** `hive access grant`, `revoke`, `break-glass`. */
import { ROLES, type Role } from '../../../core/access/caller.ts';
import { connectAccess } from '../../support/access-client.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { echo, plain, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';

export const grantRole: Run<OperatorOptions & { tenants?: string[] }> = async (
  io,
  [principal = '', name = ''],
  options,
) => {
  const role = roleNamed(name);
  const client = connectAccess(await resolveApi(options, io));
  const { tenants = [] } = options;
  const answer = await client.grant({ ...operatorOf(options), principal, role, tenants });
  io.stdout.write(`${options.json ? toJson(answer) : verbLine(plain(principal), answer)}\n`);
  return EXIT.ok;
};

export const revokeRole: Run<OperatorOptions> = async (io, [principal = '', name = ''], options) => {
  const role = roleNamed(name);
  const client = connectAccess(await resolveApi(options, io));
  const answer = await client.revoke({ ...operatorOf(options), principal, role });
  io.stdout.write(`${options.json ? toJson(answer) : verbLine(plain(principal), answer)}\n`);
  return EXIT.ok;
};

export const breakGlass: Run<OperatorOptions & { for?: number }> = async (io, _, options) => {
  const client = connectAccess(await resolveApi(options, io));
  const for_ms = options.for === undefined ? {} : { for_ms: options.for };
  const answer = await client.breakGlass({ ...operatorOf(options), ...for_ms });
  io.stdout.write(`${options.json ? toJson(answer) : verbLine('the glass', answer)}\n`);
  return EXIT.ok;
};

function roleNamed(name: string): Role {
  const role = ROLES.find((known) => known === name);
  if (role !== undefined) return role;
  throw refuse('USAGE', `there is no role ${echo(name)}`, { try: `give one of ${ROLES.join(', ')}` });
}
