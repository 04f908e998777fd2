import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlanService } from '../../api/rpc/generated/neural_hive/v1/plan_pb.js';

const HIVE = join(import.meta.dirname, '../../bin/hive.mjs');

const OUTPUTS = {
  LedgerTable: 'ledger',
  EventBusName: 'bus',
  ApiUrl: 'http://127.0.0.1:1/',
  Region: 'eu-central-1',
  PoolQueueUrl: 'http://127.0.0.1:1/pool',
  TimerQueueUrl: 'http://127.0.0.1:1/timers',
  PlanMachinePrefix: 'hive-plan-',
  PlanMachineRoleArn: 'arn:aws:iam::000000000000:role/hive',
  PlanMachineLogGroupArn: 'arn:aws:logs:eu-central-1:000000000000:log-group:hive',
  CompletePlanFunction: 'hive-complete-plan',
};

/** Answers every call to DynamoDB as an empty table does. */
const emptyAws = (): Server =>
  createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end('{"Items": [], "Count": 0, "Responses": {}}');
  });

async function listening(server: Server | ReturnType<typeof createSocketServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

let aws: Server;
let home: string;

/** What `hive up` leaves, for a stack with these outputs. */
function deployed(outputs: Record<string, string>, endpoint: string): void {
  const folder = join(home, 'run/default');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'stack.json'), JSON.stringify({ endpoint, stage: 'dev', outputs, deployed_at_ms: 0 }));
}

const start = (...args: string[]): ChildProcess => {
  const { AWS_ENDPOINT_URL: _, AWS_PROFILE: __, ...env } = process.env;
  return spawn(process.execPath, [HIVE, 'api', 'serve', ...args], { env: { ...env, HIVE_HOME: home } });
};

beforeAll(async () => {
  aws = emptyAws();
  home = mkdtempSync(join(tmpdir(), 'hive-serve-'));
  deployed(OUTPUTS, `http://127.0.0.1:${await listening(aws)}`);
});
afterAll(() => {
  aws.closeAllConnections();
  aws.close();
});

describe('hive api serve', () => {
  it('tells its addresses, answers at each, and ends in order when it is interrupted', async () => {
    const free = createSocketServer();
    const port = await listening(free);
    free.close();
    const served = start('--json', '--port', String(port), '--as', 'ada');
    try {
      const lines = createInterface({ input: served.stdout as NodeJS.ReadableStream });
      const [line] = await once(lines, 'line');
      const told = JSON.parse(line);
      expect(told).toEqual({
        rest: `http://127.0.0.1:${port}/v1`,
        openapi: `http://127.0.0.1:${port}/v1/openapi.json`,
        connect: `http://127.0.0.1:${port}`,
        grpc: `127.0.0.1:${port}`,
        as: 'ada',
        stage: 'dev',
      });
      expect(await (await fetch(`${told.rest}/plans`)).json()).toEqual({ items: [] });
      expect(await (await fetch(told.openapi)).json()).toMatchObject({ openapi: '3.1.0' });
      const plans = createClient(PlanService, createGrpcTransport({ baseUrl: `http://${told.grpc}` }));
      expect((await plans.listPlans({})).items).toEqual([]);
    } finally {
      served.kill('SIGINT');
    }
    expect(await once(served, 'exit')).toEqual([0, null]);
  });

  it('asks for a deploy when the stack does not say where its parts are', async () => {
    const { port } = aws.address() as AddressInfo;
    const { TimerQueueUrl: _, ...older } = OUTPUTS;
    deployed(older, `http://127.0.0.1:${port}`);
    const served = start('--json');
    const said = JSON.parse(await text(served.stdout as NodeJS.ReadableStream));
    expect(said.error).toMatchObject({ code: 'STACK_NOT_FOUND', message: expect.stringContaining('TimerQueueUrl') });
  });
});
