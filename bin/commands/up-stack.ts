/** `hive up`: local AWS, then the stack; what was deployed is noted for the other commands. */
import { deployStack } from '../../local/deploy.ts';
import { type LocalAws, startLocalAws } from '../../local/localstack.ts';
import { wakeAgents } from '../../local/wake-agents.ts';
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import type { Io } from '../support/io.ts';
import { createProgress, NO_PROGRESS, type Progress } from '../support/progress.ts';
import { type StackRecord, writeStackRecord } from '../support/stack-record.ts';
import { DEFAULT_STAGE, namedEndpoint } from '../support/target.ts';
import { toJson } from '../support/text.ts';

export interface UpOptions {
  port?: number;
  name?: string;
  stage?: string;
}

export const upCommand: Run<UpOptions> = async (io, _args, options) => {
  const { aws, record } = await bringUp(options, options.json ? NO_PROGRESS : createProgress(io), io);
  if (options.json) io.stdout.write(`${toJson({ ...aws, ...record })}\n`);
  else io.stdout.write(`${whereThingsAre(aws, record).join('\n')}\n`);
  return EXIT.ok;
};

/** @throws HiveError LOCAL_… when the local AWS does not start, DEPLOY_FAILED, AGENTS_NOT_AWAKE */
export async function bringUp(
  { port, name, stage = DEFAULT_STAGE }: UpOptions,
  progress: Progress,
  io: Io,
): Promise<{ aws: LocalAws; record: StackRecord }> {
  namedEndpoint(io.env);
  const named = name === undefined ? {} : { name };
  progress.step('local AWS');
  const aws = await startLocalAws({
    ...named,
    ...(port === undefined ? {} : { port }),
    onProgress: (step) => progress.step(step),
  });
  const { endpoint } = aws;
  const outputs = await deployStack({
    ...named,
    endpoint,
    stage,
    onProgress: ({ step, done, total, resource }) => {
      progress.step(`${step} NeuralHive-${stage}`);
      if (total !== undefined) progress.detail(`${done} of ${total} resources${resource ? `, ${resource}` : ''}`);
    },
  });
  // Noted before the agents are woken: the stack is there for the other commands even if that fails.
  const record = { endpoint, stage, outputs, deployed_at_ms: io.now() };
  writeStackRecord(name, record);
  progress.step("waking the stack's agents");
  await wakeAgents({ endpoint, stage });
  progress.done();
  return { aws, record };
}

function whereThingsAre({ mode, endpoint, log }: LocalAws, { stage, outputs }: StackRecord): string[] {
  return [
    `local AWS   ${endpoint} (${mode})`,
    `stack       NeuralHive-${stage}`,
    `event bus   ${outputs.EventBusName ?? ''}`,
    `ledger      ${outputs.LedgerTable ?? ''}`,
    `agents' API ${outputs.ApiUrl ?? ''}`,
    ...(log ? [`log         ${log}`] : []),
    '',
    'next: hive agent run --capability build -- ./script    an agent',
    '      hive submit plan.json --wait                     a plan',
    '      hive down                                        stops it all',
  ];
}
