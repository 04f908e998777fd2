/** Serves the REST API over a hive in memory, on a port of its own. */

import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { sha256 } from '../../adapters/system/digest.ts';
import { createRestApp } from '../../api/rest/app.ts';
import { HiveError } from '../../core/errors.ts';
import { problemOf } from '../../core/problem.ts';
import { createAccess } from '../support/access.ts';
import { createMonitoredHive, fill, type MonitoredHive } from '../support/monitored-hive.ts';
import { NOW } from '../support/plans.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';

export interface ServedRest {
  readonly url: string;
  readonly hive: MonitoredHive;
  close(): Promise<void>;
}

/** @param onFault told of every error that is answered with a status of 500 or more */
export async function serveRest(onFault: (error: unknown) => void): Promise<ServedRest> {
  const hive = createMonitoredHive(hurriedClock());
  await fill(hive);
  const app = createRestApp({
    ...{ ...hive.served, sha256, streaming: true },
    ...createAccess(hive),
    identityOf: () => ({ kind: 'local', key: 'tester' }),
    onError: (error, { status }) => {
      if (status >= 500) onFault(error);
    },
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }: AddressInfo) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        hive,
        close: () => new Promise((closed) => void server.close(() => closed())),
      }),
    );
    server.on('clientError', (_: Error, socket: Socket) => socket.end(NO_HTTP));
  });
}

/** Fifty times as fast as the day: who waits for news of a plan is not kept waiting. */
function hurriedClock(): VirtualClock {
  const began = performance.now();
  const now = () => Math.floor(NOW + HURRY * (performance.now() - began));
  return { now, sleep: (ms) => sleep(ms / HURRY), random: () => 0.5, advance: () => {} };
}
const HURRY = 50;

/** What Node's parser refuses never comes to the app; its own answer has no body. */
const body = JSON.stringify(problemOf(new HiveError('MESSAGE_INVALID', 'This is not HTTP.')));
const NO_HTTP = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
