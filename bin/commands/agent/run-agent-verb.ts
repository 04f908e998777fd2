/** `hive agent drain`, `hive agent undrain`. */
import { HiveError } from '../../../core/errors.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectMonitoring } from '../../support/monitoring-client.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { echo, plain, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';

export const agentVerb =
  (verb: string): Run<OperatorOptions> =>
  async (io, [agentId = ''], options) => {
    const target = await resolveApi(options, io);
    const answer = await connectMonitoring(target)
      .agent(verb, agentId, operatorOf(options))
      .catch((error: unknown) => {
        throw error instanceof HiveError && error.code === 'AGENT_UNKNOWN' ? unknownAgent(agentId) : error;
      });
    io.stdout.write(`${options.json ? toJson(answer) : verbLine(`agent ${plain(agentId)}`, answer)}\n`);
    return EXIT.ok;
  };

const unknownAgent = (agentId: string) =>
  refuse('AGENT_UNKNOWN', `no agent ${echo(agentId)} has ever registered here`, {
    try: 'hive agents lists them',
    detail: { agent_id: agentId },
  });
