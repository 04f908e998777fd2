import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseMode, dockerAnswers } from '../../local/choose-mode.ts';
import { dockerRunArguments } from '../../local/container.ts';
import { runFolder } from '../../local/home.ts';
import { portOf, startFailed } from '../../local/local-errors.ts';
import { localAwsStatus, startLocalAws, stopLocalAws } from '../../local/localstack.ts';
import { allProcesses, fromPs, ownProcesses, programOf } from '../../local/own-processes.ts';
import { readState, writeState } from '../../local/run-state.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hive-home-'));
  vi.stubEnv('HIVE_HOME', home);
  vi.stubEnv('AWS_ENDPOINT_URL', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

/** Something else that listens on a port of this machine while `use` runs. */
async function withServer<T>(use: (port: number) => Promise<T>): Promise<T> {
  const server: Server = createServer((_, response) => response.writeHead(403).end('denied'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('choosing a local AWS', () => {
  it('uses the endpoint the user names, without asking Docker', async () => {
    const dockerAnswers = vi.fn(async () => true);
    expect(await chooseMode({ env: { AWS_ENDPOINT_URL: 'http://aws' }, dockerAnswers })).toBe('external');
    expect(dockerAnswers).not.toHaveBeenCalled();
  });

  it.each([
    [true, 'container'],
    [false, 'process'],
  ])('when a Docker engine answers is %s, uses a %s', async (answers, mode) => {
    expect(await chooseMode({ env: {}, dockerAnswers: async () => answers })).toBe(mode);
  });

  it.each([
    ['a client without an engine', 'echo "Cannot connect to the Docker daemon" >&2; exit 1', false],
    ['an old client without an engine, which reports success', 'echo ""', false],
    ['an engine', 'echo 28.2.2', true],
  ])('takes %s for what it is', async (_, script, answers) => {
    const docker = join(home, 'docker');
    writeFileSync(docker, `#!/bin/sh\n${script}\n`);
    chmodSync(docker, 0o755);
    expect(await dockerAnswers({ PATH: home })).toBe(answers);
  });

  it('takes a machine without docker for one', async () => {
    expect(await dockerAnswers({ PATH: home })).toBe(false);
  });
});

describe('an endpoint that the user names', () => {
  it('is used if anything answers there, even with a refusal', async () => {
    await withServer(async (port) => {
      vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
      expect(await startLocalAws()).toEqual({
        endpoint: `http://127.0.0.1:${port}`,
        mode: 'external',
        name: 'default',
      });
    });
  });

  it('is reported when nothing answers there', async () => {
    const port = await withServer(async (free) => free);
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
    await expect(startLocalAws()).rejects.toMatchObject({ code: 'LOCAL_ENDPOINT_UNREACHABLE' });
    expect(await localAwsStatus()).toBeUndefined();
  });
});

describe('the port', () => {
  it('that another program uses is named, with the way to choose another', async () => {
    await withServer(async (port) => {
      const error = await startLocalAws({ name: 'test', port }).catch((caught) => caught);
      expect(error).toMatchObject({ code: 'LOCAL_PORT_BUSY', detail: { port } });
      expect(error.message).toContain(`Port ${port}`);
      expect(error.message).toContain('HIVE_PORT=');
    });
  });

  it('is 4566 unless HIVE_PORT says otherwise', () => {
    expect(portOf(undefined)).toBe(4566);
    expect(portOf('4599')).toBe(4599);
  });

  it.each(['http', '0', '65536', '45.5'])('cannot be %j', (text) => {
    expect(() => portOf(text)).toThrow(expect.objectContaining({ code: 'LOCAL_PORT_INVALID' }));
  });
});

describe('a run that is over', () => {
  it('is not running, and stopping it forgets it without touching a stranger who has its process id now', async () => {
    const folder = runFolder('test');
    writeState(folder, { mode: 'process', port: 1, pid: process.pid, started_at_ms: 0 });
    expect(await localAwsStatus({ name: 'test' })).toBeUndefined();
    await stopLocalAws({ name: 'test' });
    expect(readState(folder)).toBeUndefined();
  });

  it('that never was is stopped by doing nothing', async () => {
    await stopLocalAws({ name: 'never' });
    expect(existsSync(runFolder('never'))).toBe(false);
  });

  it('leaves unreadable state that counts as none', () => {
    const folder = runFolder('test');
    writeState(folder, { mode: 'process', port: 1, started_at_ms: 0 });
    writeFileSync(join(folder, 'state.json'), '{"mode":');
    expect(readState(folder)).toBeUndefined();
  });
});

describe('the processes of a run', () => {
  const ps = [
    '  100 Ssl  /h/localstack-4.14.0-abc/venv/bin/python -m localstack.runtime.main',
    '  101 Sl   java -Xmx256m -jar /h/run/one/fs/var/lib/DynamoDBLocal.jar -inMemory',
    '  102 Ssl  node /h/localstack-4.14.0-abc/bootstrap.mjs accept-plan /h/run/one',
    '  103 Z    node /h/localstack-4.14.0-abc/bootstrap.mjs accept-plan /h/run/one',
    '  104 Ssl  node /h/localstack-4.14.0-abc/bootstrap.mjs accept-plan /h/run/one-more',
    '  105 S    tail -f /h/run/one/localstack.log',
    '  106 Ssl  /h/localstack-4.14.0-abc/venv/bin/python -m localstack.runtime.main',
  ].join('\n');
  const all = fromPs(ps);

  it('are LocalStack, its database and its functions, and not those of another run or a reader of the log', () => {
    expect(ownProcesses(all, '/h/run/one', 100)).toEqual([100, 101, 102]);
  });

  it('are looked for among all that run here, this one included', async () => {
    const here = (await allProcesses()).find(({ pid }) => pid === process.pid);
    expect(here && programOf(here.argv)).toBe(basename(process.execPath));
    expect(here?.argv.length).toBeGreaterThan(1);
  });

  it.each([
    ['vim', '/home/node/.cache/neural-hive/run/one/localstack.log'],
    ['tail', '-f', '/opt/java/run/one/localstack.log'],
    ['/home/node/bin/less', '/home/node/.cache/neural-hive/run/one/localstack.log'],
    ['node-red', '/home/node/.cache/neural-hive/run/one'],
  ])('do not include %s, though a folder on its command line is named like a runtime', (...argv) => {
    const folder = ['/home/node/.cache/neural-hive/run/one', '/opt/java/run/one'];
    expect(folder.flatMap((one) => ownProcesses([{ pid: 1, argv }], one, undefined))).toEqual([]);
  });

  it('are found by the name of their program, wherever that is installed', () => {
    const argv = ['/home/some one/.nvm/bin/node', '/h/bootstrap.mjs', 'accept-plan', '/home/some one/run/one'];
    expect(ownProcesses([{ pid: 1, argv }], '/home/some one/run/one', undefined)).toEqual([1]);
  });

  it('do not include a stranger who has the recorded process id', () => {
    expect(ownProcesses(all, '/h/run/one', 105)).toEqual([101, 102]);
  });
});

it('a start that fails tells the last lines of the log and where the rest is', () => {
  const log = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
  const { code, message } = startFailed(log, '/h/run/default/localstack.log');
  expect(code).toBe('LOCAL_START_FAILED');
  expect(message).toContain('line 99\nThe whole log: /h/run/default/localstack.log');
  expect(message).not.toContain('line 79\n');
});

it('a container is reachable from this machine only', () => {
  const published = dockerRunArguments('default', 4566).filter((argument) => argument.startsWith('--publish'));
  expect(published).toEqual(['--publish=127.0.0.1:4566:4566']);
});
