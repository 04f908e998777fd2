/** `hive api serve`. */
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { v7 } from 'uuid';
import { newSecret } from '../../../adapters/crypto/secret.ts';
import { verifyByCrypto } from '../../../adapters/crypto/token-signatures.ts';
import { systemClock } from '../../../adapters/system/clock.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRestApp } from '../../../api/rest/app.ts';
import { createAccessControl } from '../../../core/access/access-control.ts';
import { createEnrolments } from '../../../core/access/enrolment/enrolments.ts';
import { createAssetsOfTicket } from '../../../core/catalogue/assets-of-ticket.ts';
import { createCatalogue } from '../../../core/catalogue/create-catalogue.ts';
import { createTokenOperations } from '../../../core/credential/token-operations.ts';
import { createGuards } from '../../../core/guard/guards.ts';
import { createExplainTicket } from '../../../core/monitor/explain.ts';
import { createMonitor } from '../../../core/monitor/monitor.ts';
import { createGetStrategy } from '../../../core/monitor/strategy.ts';
import { createMayDispatch } from '../../../core/schedule/may-dispatch.ts';
import { startApiServer } from '../../support/api-server.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectHive } from '../../support/hive-client.ts';
import type { Io } from '../../support/io.ts';
import { connectOperations } from '../../support/operations-client.ts';
import type { TargetOptions } from '../../support/target.ts';
import { plain, toJson } from '../../support/text.ts';

interface Options extends TargetOptions {
  port: number;
  as?: string;
}

export const serveApi: Run<Options> = async (io, _args, options) => {
  const by = options.as ?? nameHere();
  const hive = await connectHive(options, io);
  try {
    const { operations, standDown } = await connectOperations(hive.target);
    const { ledger, reader, registry: agents, deciding, tallies } = hive;
    const { outputs } = hive.target;
    const { createTable } = await import('../../../adapters/dynamodb/table.ts');
    const { createDynamoBuckets } = await import('../../../adapters/dynamodb/guards.ts');
    const { guardingStores } = await import('../../../lambdas/runtime/access.ts');
    const { changePolicies } = await import('../../../lambdas/runtime/policies.ts');
    const { timers } = await import('../../../lambdas/runtime/stores.ts');
    const guarding = guardingStores(outputs.LedgerTable, '{}');
    const { guard, policies } = guarding;
    const assetsOf = createAssetsOfTicket({ ledger, clock: systemClock });
    const mayDispatch = createMayDispatch({ policies, assetsOf });
    const buckets = createDynamoBuckets(createTable(outputs.LedgerTable));
    const monitor = createMonitor({
      ...{ reader, clock: systemClock, sha256 },
      explainTicket: createExplainTicket({ ...deciding, ledger, reader, agents, mayDispatch, clock: systemClock }),
      getStrategy: createGetStrategy({ ledger, reader, tallies, clock: systemClock }),
    });
    const served = {
      ...{ monitor, operations, access: createAccessControl(guarding), policies: changePolicies(guarding) },
      catalogue: createCatalogue({ ledger, clock: systemClock, sha256 }),
      enrolments: createEnrolments({ ledger, clock: systemClock, sha256, newId: v7, newSecret, standDown }),
      guards: createGuards({ ...guarding, buckets, timers: timers(outputs.TimerQueueUrl ?? '') }),
      tokens: createTokenOperations({
        ...{ ...guarding, verify: verifyByCrypto, trustDomain: { name: outputs.TrustDomain ?? '' } },
      }),
    };
    const onFault = tellFault(io);
    const rest = createRestApp({
      ...{ ...served, sha256, streaming: true, guard, identityOf: () => ({ kind: 'local', key: by }) },
      onError: (error, { status }) => {
        if (status >= 500) onFault(error);
      },
    });
    const stop = io.interrupt();
    const server = await startApiServer({
      ...{ monitor, operations, guard, onFault, by, port: options.port },
      rest: (request) => rest.fetch(request),
    });
    const { url } = server;
    const addresses = { rest: `${url}/v1`, openapi: `${url}/v1/openapi.json`, connect: url, grpc: new URL(url).host };
    if (options.json) io.stdout.write(`${toJson({ ...addresses, as: by, stage: hive.target.stage })}\n`);
    else {
      for (const [name, address] of Object.entries(addresses)) io.stdout.write(`${name.padEnd(8)} ${address}\n`);
      io.stdout.write(`acting as ${plain(by)} on NeuralHive-${hive.target.stage}; Ctrl-C ends it\n`);
    }
    if (!stop.aborted) await once(stop, 'abort');
    await server.close();
    return EXIT.ok;
  } finally {
    hive.close();
  }
};

/** @throws HiveError USAGE when the process is nobody's, as it may be in a container */
function nameHere(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw refuse('USAGE', 'your user has no name here to act under', { try: 'give one with --as', cause });
  }
}

/** Callers are told INTERNAL; what it was is for whoever runs the server. */
const tellFault =
  ({ stderr, env }: Io) =>
  (fault: unknown): void => {
    const { name, message, stack } = fault instanceof Error ? fault : new Error(String(fault));
    stderr.write(`${stderr.color.red(plain(`${name}: ${message}`))}\n`);
    if (env.HIVE_DEBUG && stack) stderr.write(`${stack}\n`);
  };
