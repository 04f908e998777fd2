/** `hive agent hand-over`. */
import { connectAccess } from '../../support/access-client.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { plain, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';
import { orUnknown } from './unknown-agent.ts';

export const handOverAgent: Run<OperatorOptions & { to?: string }> = async (io, [agentId = ''], options) => {
  const client = connectAccess(await resolveApi(options, io));
  const to = options.to === undefined ? {} : { to: options.to };
  const answer = await client.handOver(agentId, { ...operatorOf(options), ...to }).catch(orUnknown(agentId));
  const line = verbLine(`agent ${plain(agentId)}`, answer);
  const whom = options.to === undefined ? '' : `: it is of ${plain(options.to)}`;
  io.stdout.write(`${options.json ? toJson(answer) : `${line}${answer.changed ? whom : ''}`}\n`);
  return EXIT.ok;
};
