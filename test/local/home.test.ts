import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hiveHome, installationFolder, runFolder, SOURCES } from '../../local/home.ts';

describe('where the local AWS is kept', () => {
  it('is HIVE_HOME, else the cache folder of XDG, else ~/.cache', () => {
    expect(hiveHome({ HIVE_HOME: '/h', XDG_CACHE_HOME: '/x' })).toBe('/h');
    expect(hiveHome({ XDG_CACHE_HOME: '/x' })).toBe('/x/neural-hive');
    expect(hiveHome({ XDG_CACHE_HOME: '' })).toBe(join(homedir(), '.cache', 'neural-hive'));
  });

  it('has a folder a run, so that two runs share no state', () => {
    expect(runFolder('default', { HIVE_HOME: '/h' })).toBe('/h/run/default');
    expect(runFolder('system-tests', { HIVE_HOME: '/h' })).toBe('/h/run/system-tests');
  });

  it.each(['', '../up', 'a/b', 'A', '-x', 'x'.repeat(41)])(
    'refuses the name %j, which could leave the folder',
    (name) => {
      expect(() => runFolder(name)).toThrow(expect.objectContaining({ code: 'LOCAL_NAME_INVALID' }));
    },
  );
});

describe('the folder of the installation', () => {
  let sources: string;
  beforeEach(() => {
    sources = mkdtempSync(join(tmpdir(), 'hive-sources-'));
    cpSync(SOURCES, sources, { recursive: true });
  });
  afterEach(() => rmSync(sources, { recursive: true, force: true }));
  const folder = () => installationFolder({ HIVE_HOME: '/h' }, sources);

  it('is another one when the pinned requirements change', () => {
    const before = folder();
    writeFileSync(join(sources, 'requirements.lock'), 'localstack-core==4.14.0\n');
    expect(folder()).not.toBe(before);
  });

  it('is another one when a source of the executor changes', () => {
    const before = folder();
    writeFileSync(join(sources, 'executor', 'hive_executor', 'bootstrap.mjs'), '');
    expect(folder()).not.toBe(before);
  });

  it('is the same one after Python has left its caches among the sources', () => {
    const before = folder();
    expect(before).toMatch(/^\/h\/localstack-4\.14\.0-[0-9a-f]{12}$/);
    mkdirSync(join(sources, 'executor', 'hive_executor', '__pycache__'), { recursive: true });
    writeFileSync(join(sources, 'executor', 'hive_executor', '__pycache__', 'plugin.pyc'), 'x');
    mkdirSync(join(sources, 'executor', 'hive_executor.egg-info'), { recursive: true });
    writeFileSync(join(sources, 'executor', 'hive_executor.egg-info', 'PKG-INFO'), 'x');
    expect(folder()).toBe(before);
  });
});
