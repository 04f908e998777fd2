/** `hive pause`, `resume`, `cancel`, `redrive`, `approve`, `reject`. */
import { HiveError } from '../../../core/errors.ts';
import type { VerbAnswer } from '../../../core/messages/monitoring-api.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { shellWord } from '../../support/follow-plan.ts';
import type { Io } from '../../support/io.ts';
import { connectMonitoring } from '../../support/monitoring-client.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import type { ApiTarget } from '../../support/sign-in.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { plain, toJson } from '../../support/text.ts';
import { unknownPlan } from '../../support/unknown.ts';
import { verbLine } from '../../support/verb-line.ts';

interface Options extends OperatorOptions {
  wait?: true;
  timeout?: number;
}

export const planVerb =
  (verb: string): Run<Options> =>
  async (io, [planId = ''], options) => {
    const target = await resolveApi(options, io);
    const answer = await ask(verb, planId, target, options);
    if (!options.wait) {
      io.stdout.write(`${options.json ? toJson(answer) : verbLine(plain(planId), answer)}\n`);
      return EXIT.ok;
    }
    if (!options.json) io.stdout.write(`${verbLine(plain(planId), answer)}\n`);
    return await wait(planId, options, io);
  };

async function ask(verb: string, planId: string, target: ApiTarget, options: Options): Promise<VerbAnswer> {
  try {
    return await connectMonitoring(target).plan(verb, planId, operatorOf(options));
  } catch (error) {
    if (!(error instanceof HiveError)) throw error;
    const { code, message, detail } = error;
    if (code === 'PLAN_UNKNOWN') throw unknownPlan(planId);
    if (code !== 'PLAN_PHASE_WRONG') throw error;
    const look = `hive watch ${shellWord(plain(planId))}${target.flags} --once`;
    throw refuse(code, message, { try: `${look} shows how it stands`, detail });
  }
}

async function wait(planId: string, options: Options & { json?: true }, io: Io): Promise<number> {
  const { followToEnd } = await import('../../support/follow-to-end.ts');
  return followToEnd(planId, options, io);
}
