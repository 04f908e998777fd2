/** `hive strategy`. */
import { type StrategyRequest, strategyRequest } from '../../../core/messages/strategy-api.ts';
import { createGetStrategy } from '../../../core/monitor/strategy.ts';
import type { ApiOptions } from '../../support/api-options.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectHive } from '../../support/hive-client.ts';
import type { Io } from '../../support/io.ts';
import { connectMonitoring } from '../../support/monitoring-client.ts';
import { operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { strategyLines } from '../../support/strategy-view.ts';
import { echo, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';

interface Options extends ApiOptions {
  readonly why?: string;
  /** ms */
  readonly for?: number;
  readonly as?: string;
  readonly json?: true;
}

export const runStrategy: Run<Options> = async (io, [name], options) =>
  name === undefined ? await show(io, options) : await say(io, name, options);

async function show(io: Io, options: Options): Promise<number> {
  if (options.why !== undefined || options.for !== undefined)
    throw refuse('USAGE', '--why and --for are for saying which strategy', { try: 'hive strategy auto --why …' });
  const hive = await connectHive(options, io);
  try {
    const told = await createGetStrategy({ ...hive, clock: io })();
    io.stdout.write(`${options.json ? toJson(told) : strategyLines(told, io.now(), io.stdout.color).join('\n')}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
}

async function say(io: Io, name: string, options: Options): Promise<number> {
  const { why } = options;
  const known: readonly string[] = strategyRequest.shape.strategy.options;
  if (!known.includes(name))
    throw refuse('USAGE', `there is no strategy ${echo(name)}`, { try: `give one of ${known.join(', ')}` });
  if (why === undefined)
    throw refuse('USAGE', 'say why: it is kept in the ledger', { try: `hive strategy ${name} --why …` });
  if (name === 'auto' && options.for !== undefined)
    throw refuse('USAGE', 'auto holds until somebody says otherwise', { try: 'leave --for out' });
  const client = connectMonitoring(await resolveApi(options, io));
  const answer = await client.overrideStrategy({
    ...operatorOf({ ...options, why }),
    strategy: name as StrategyRequest['strategy'],
    ...(options.for !== undefined && { for_ms: options.for }),
  });
  io.stdout.write(`${options.json ? toJson(answer) : verbLine('the strategy', answer)}\n`);
  return EXIT.ok;
}
