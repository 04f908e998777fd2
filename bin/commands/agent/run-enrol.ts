/** `hive agent enrol`, `enrolments`, `withdraw`, `revoke`. */
import { SECURITY_LEVELS } from '../../../core/messages/primitives.ts';
import { connectAccess } from '../../support/access-client.ts';
import type { ApiOptions } from '../../support/api-options.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { echo, plain, table, toJson } from '../../support/text.ts';
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

export const listEnrolments: Run<ApiOptions & { limit: number }> = async (io, _, options) => {
  const items = await connectAccess(await resolveApi(options, io)).enrolments(options.limit);
  const lines = items.map(({ enrolment_id, agent_id, phase, expires_at, tenants, by, why }) =>
    [enrolment_id, agent_id, phase, new Date(expires_at).toISOString(), tenants.join(', ') || '*', by, why].map(plain),
  );
  const head = ['enrolment', 'agent', 'is', 'until (UTC)', 'tenants', 'by', 'why'];
  const text = lines.length === 0 ? 'none' : table(head, lines).join('\n');
  io.stdout.write(`${options.json ? toJson(items) : text}\n`);
  return EXIT.ok;
};

export const withdrawEnrolment: Run<OperatorOptions> = async (io, [id = ''], options) => {
  const answer = await connectAccess(await resolveApi(options, io)).withdrawEnrolment(id, operatorOf(options));
  io.stdout.write(`${options.json ? toJson(answer) : verbLine(`enrolment ${plain(id)}`, answer)}\n`);
  return EXIT.ok;
};

export const revokeAgent: Run<OperatorOptions> = async (io, [agentId = ''], options) => {
  const answer = await connectAccess(await resolveApi(options, io)).revokeCredential(agentId, operatorOf(options));
  io.stdout.write(`${options.json ? toJson(answer) : verbLine(`agent ${plain(agentId)}`, answer)}\n`);
  return EXIT.ok;
};
