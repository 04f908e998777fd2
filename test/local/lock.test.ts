import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../local/command.ts';
import { withLock } from '../../local/lock.ts';
import { processStart } from '../../local/process-start.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hive-lock-'));
  file = join(folder, 'below', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The id of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock between processes', () => {
  it('lets one work at a time, and all in the end', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await turn();
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(file, work, { intervalMs: 1 })));
    expect({ most, inside }).toEqual({ most: 1, inside: 0 });
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
    expect(existsSync(file)).toBe(false);
  });

  it('names its holder while it is held', async () => {
    const holder = await withLock(file, async () => readFileSync(file, 'utf8'));
    expect(JSON.parse(holder)).toEqual({ pid: process.pid, start: processStart(process.pid) });
  });

  it.each([
    ['a process that has ended', () => JSON.stringify({ pid: deadPid() })],
    ['a process whose id is another one’s now', () => JSON.stringify({ pid: process.ppid, start: 'long ago' })],
    ['nobody that can be read', () => ''],
  ])('is taken over from %s, by one of those who find it', async (_, content) => {
    await withLock(file, async () => {});
    writeFileSync(file, content());
    const order: string[] = [];
    const enter = (name: string) =>
      withLock(
        file,
        async () => {
          order.push(`${name} in`);
          await turn();
          order.push(`${name} out`);
        },
        { intervalMs: 1 },
      );
    await Promise.all([enter('a'), enter('b')]);
    expect(order.join(', ')).toMatch(/^(a in, a out, b in, b out|b in, b out, a in, a out)$/);
  });

  it('leaves nothing beside it in its folder', async () => {
    await withLock(file, async () => expect(readdirSync(dirname(file))).toEqual(['lock']));
    writeFileSync(file, JSON.stringify({ pid: deadPid() }));
    await withLock(file, async () => expect(readdirSync(dirname(file))).toEqual(['lock']));
    expect(readdirSync(dirname(file))).toEqual([]);
  });

  it('of a dead holder is taken over though the one who removed it died over that, too', async () => {
    await withLock(file, async () => {});
    for (const left of [file, `${file}.guard`]) writeFileSync(left, JSON.stringify({ pid: deadPid() }));
    expect(await withLock(file, async () => 'in', { intervalMs: 1 })).toBe('in');
  });

  it('of a dead holder is left to another process that is removing it', async () => {
    await withLock(file, async () => {});
    writeFileSync(file, JSON.stringify({ pid: deadPid() }));
    const guard = `${file}.guard`;
    const order: string[] = [];
    const removing = withLock(guard, async () => {
      for (let look = 0; look < 20; look += 1) await turn();
      order.push('removed');
    });
    await Promise.all([removing, withLock(file, async () => order.push('in'), { intervalMs: 1 })]);
    expect(order).toEqual(['removed', 'in']);
  });

  it('lets one of several processes work at a time, also when they find a dead lock', async () => {
    mkdirSync(dirname(file));
    writeFileSync(file, JSON.stringify({ pid: deadPid() }));
    const log = join(folder, 'log');
    const script = `
      import { appendFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      const { withLock } = await import(${JSON.stringify(new URL('../../local/lock.ts', import.meta.url).href)});
      for (let turn = 0; turn < 5; turn += 1)
        await withLock(${JSON.stringify(file)}, async () => {
          appendFileSync(${JSON.stringify(log)}, process.pid + ' in\\n');
          await sleep(1);
          appendFileSync(${JSON.stringify(log)}, process.pid + ' out\\n');
        }, { intervalMs: 1 });`;
    const contender = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const ends = await Promise.all([1, 2, 3].map(() => run(process.execPath, contender)));
    expect(ends.map(({ status, stderr }) => ({ status, stderr }))).toEqual(ends.map(() => ({ status: 0, stderr: '' })));
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(30);
    for (let at = 0; at < lines.length; at += 2) expect(lines[at + 1]).toBe(lines[at]?.replace('in', 'out'));
  });

  it('tells who waits whom they wait for, once', async () => {
    const told: number[] = [];
    let release = () => {};
    const held = withLock(file, () => new Promise<void>((resolve) => (release = resolve)));
    const onWait = (pid: number) => {
      told.push(pid);
      release();
    };
    await withLock(file, async () => {}, { onWait, intervalMs: 1 });
    await held;
    expect(told).toEqual([process.pid]);
  });
});
