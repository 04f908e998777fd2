/** `hive agent enrol`, `hive agent revoke`. */
import { SECURITY_LEVELS } from '../../../core/messages/primitives.ts';
import { connectAccess } from '../../support/access-client.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { echo, plain, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';

interface EnrolOptions extends OperatorOptions {
  readonly capability: readonly string[];
  readonly clearance: string;
  readonly tenants?: readonly string[];
  readonly for?: number;
}

export const enrolAgent: Run<EnrolOptions> = async (io, [agentId = ''], options) => {
  const clearance = SECURITY_LEVELS.find((level) => level === options.clearance.toUpperCase());
  if (clearance === undefined)
    throw refuse('USAGE', `there is no clearance ${echo(options.clearance)}`, {
      try: `give one of ${SECURITY_LEVELS.join(', ')}`,
    });
  const { capability: capabilities, tenants = [], for: for_ms } = options;
  const made = await connectAccess(await resolveApi(options, io)).enrol(agentId, {
    ...{ ...operatorOf(options), capabilities: [...capabilities], clearance, tenants: [...tenants] },
    ...(for_ms !== undefined && { for_ms }),
  });
  if (options.json) io.stdout.write(`${toJson(made)}\n`);
  else {
    const lines = [
      `agent ${plain(agentId)} may come, once, until ${new Date(made.expires_at).toISOString()}`,
      `enrolment ${plain(made.enrolment_id)}`,
      `secret    ${plain(made.secret)}  (shown this once)`,
    ];
    io.stdout.write(`${lines.join('\n')}\n`);
  }
  return EXIT.ok;
};

export const revokeAgent: Run<OperatorOptions> = async (io, [agentId = ''], options) => {
  const answer = await connectAccess(await resolveApi(options, io)).revokeCredential(agentId, operatorOf(options));
  io.stdout.write(`${options.json ? toJson(answer) : verbLine(`agent ${plain(agentId)}`, answer)}\n`);
  return EXIT.ok;
};
