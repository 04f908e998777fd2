/** `hive status`: everything at a glance, from the outside in. */
import { HiveError } from '../../core/errors.ts';
import { isPlanEnded } from '../../core/plan/state.ts';
import { localAwsStatus } from '../../local/localstack.ts';
import { agentLine, agentViews } from '../support/agent-view.ts';
import type { Run } from '../support/command.ts';
import { tellError } from '../support/errors.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import type { Io } from '../support/io.ts';
import { planLine } from '../support/plan-line.ts';
import { namedEndpoint, type TargetOptions } from '../support/target.ts';
import { count, plain, toJson } from '../support/text.ts';

const PLANS_LOOKED_AT = 100;

export const showStatus: Run<TargetOptions> = async (io, _args, options) => {
  const { name } = options;
  if (!options.aws) namedEndpoint(io.env);
  const local = options.aws ? undefined : await localAwsStatus(name === undefined ? {} : { name });
  if (!options.json) {
    const where = local ? `${local.endpoint} (${local.mode}${local.pid ? `, pid ${local.pid}` : ''})` : 'not running';
    io.stdout.write(`local AWS   ${where}\n${local?.log ? `log         ${local.log}\n` : ''}`);
  }
  try {
    const found = await look(options, io);
    if (options.json) io.stdout.write(`${toJson({ local_aws: local ?? null, ...found })}\n`);
    else show(found, io);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof HiveError) || !options.json) return tellError(error, io, options.json === true);
    const { code, message, detail } = error;
    io.stdout.write(`${toJson({ local_aws: local ?? null, error: { code, message, detail } })}\n`);
    return EXIT.unreachable;
  }
};

async function look(options: TargetOptions, io: Io) {
  const hive = await connectHive(options, io);
  try {
    const agents = agentViews(await hive.registry.listByCapability('*'), io.now());
    const plans = (await hive.ledger.listPlans(PLANS_LOOKED_AT)).filter((plan) => !isPlanEnded(plan));
    const { kind, stage, endpoint = null, outputs } = hive.target;
    return { target: kind, endpoint, stage, outputs, agents, plans };
  } finally {
    hive.close();
  }
}

function show({ target, stage, outputs, agents, plans }: Awaited<ReturnType<typeof look>>, io: Io): void {
  const { color } = io.stdout;
  const nameWidth = Math.max(...Object.keys(outputs).map((name) => name.length));
  const lines = [
    `stack       NeuralHive-${stage} on ${target === 'local' ? 'the local AWS' : `AWS (${outputs.Region})`}`,
    ...Object.entries(outputs).map(([name, value]) => `  ${name.padEnd(nameWidth)}  ${plain(value)}`),
    '',
    count(agents.length, 'agent'),
    ...agents.map((agent) => `  ${agentLine(agent, color)}`),
    '',
    `${count(plans.length, 'plan')} under way`,
    ...plans.map((plan) => `  ${planLine(plan, io.now(), color)}`),
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}
