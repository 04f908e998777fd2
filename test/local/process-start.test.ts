import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { processStart } from '../../local/process-start.ts';

it('a process has one start for as long as it lives, and none afterwards', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const pid = child.pid ?? 0;
  const start = processStart(pid);
  expect(start).toMatch(/\d/);
  expect(processStart(pid)).toBe(start);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(processStart(pid)).toBeUndefined();
});

it('two processes that began at different times have different starts', () => {
  expect(processStart(process.pid)).not.toBe(processStart(1));
});
