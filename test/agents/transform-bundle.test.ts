import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundleOf } from '../../lib/bundle.ts';
import { edgeForTest } from './setup.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

it('works as it is deployed: one bundled file, whose sandbox thread is the same file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hive-transform-bundle-'));
  folders.push(folder);
  const bundle = join(bundleOf('agents/transform', folder), 'index.mjs');
  const edge = await edgeForTest();
  const ticket = ticketOf({ parameters: { expression: '$sum(a)', input: '{"a":[1,2,3]}' } });
  edge.add(ticket);
  const event = { Records: [{ messageId: 'm', body: JSON.stringify(assignmentOf(ticket, 'transform-dev')) }] };
  const main = join(folder, 'invoke.mjs');
  await writeFile(
    main,
    `import { handler } from ${JSON.stringify(bundle)};
     const answer = await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60000 });
     process.stdout.write('ANSWER ' + JSON.stringify(answer));
     process.exit(0);`,
  );
  const env = {
    PATH: process.env.PATH,
    API_URL: edge.url,
    AGENT_ID: 'transform-dev',
    INBOX_URL: 'http://inbox.test/transform-dev',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  expect(out).toContain('ANSWER {"batchItemFailures":[]}');
  expect(edge.reports[0]?.result).toMatchObject({ status: 'COMPLETED', result: { output: { result: '6' } } });
});
