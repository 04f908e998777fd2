import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../local/lock.ts';

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
    expect(holder).toBe(String(process.pid));
  });

  it.each([
    ['a process that has ended', () => String(deadPid())],
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
