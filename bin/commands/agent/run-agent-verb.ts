/** `hive agent drain`, `undrain`, `quarantine`, `release`. */
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectMonitoring } from '../../support/monitoring-client.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { plain, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';
import { orUnknown } from './unknown-agent.ts';

export const agentVerb =
  (verb: string): Run<OperatorOptions> =>
  async (io, [agentId = ''], options) => {
    const target = await resolveApi(options, io);
    const answer = await connectMonitoring(target).agent(verb, agentId, operatorOf(options)).catch(orUnknown(agentId));
    io.stdout.write(`${options.json ? toJson(answer) : verbLine(`agent ${plain(agentId)}`, answer)}\n`);
    return EXIT.ok;
  };
