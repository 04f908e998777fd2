import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPrerequisites, findPython } from '../../local/prerequisites.ts';

let machine: string;
beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), 'hive-machine-'));
});
afterEach(() => rmSync(machine, { recursive: true, force: true }));

/** A program that exists on this machine; it prints and ends as told. */
function program(path: string, script: string): string {
  const file = join(machine, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const env = () => ({ PATH: join(machine, 'bin'), HOME: machine });
const shim = 'echo "pyenv: python3.13: command not found" >&2; exit 127';
const jdk = (version: string) => program('bin/javac', `echo "    java.home = ${machine}" >&2; echo "javac ${version}"`);

describe('finding Python 3.13', () => {
  it('passes over a pyenv shim that exists but fails, and takes the version pyenv has installed', async () => {
    program('bin/python3.13', shim);
    const installed = program('.pyenv/versions/3.13.0/bin/python3.13', 'exit 0');
    program('.pyenv/versions/3.12.1/bin/python3.13', 'exit 0');
    expect(await findPython(env())).toBe(installed);
  });

  it('prefers the interpreter that PYTHON names', async () => {
    program('bin/python3.13', 'exit 0');
    const named = program('opt/python', 'exit 0');
    expect(await findPython({ ...env(), PYTHON: named })).toBe(named);
  });

  it('takes python3 if that is a 3.13', async () => {
    program('bin/python3', 'exit 0');
    expect(await findPython(env())).toBe('python3');
  });

  it('rejects an interpreter of another version', async () => {
    program('bin/python3.13', shim);
    program('bin/python3', 'exit 1');
    expect(await findPython(env())).toBeUndefined();
  });

  it('looks where PYENV_ROOT says', async () => {
    const installed = program('elsewhere/versions/3.13.7/bin/python3.13', 'exit 0');
    expect(await findPython({ ...env(), PYENV_ROOT: join(machine, 'elsewhere') })).toBe(installed);
  });
});

describe('finding all prerequisites', () => {
  it('names everything that is missing in one error, with the commands that install it', async () => {
    const error = await findPrerequisites(env()).catch((caught) => caught);
    expect(error).toMatchObject({
      code: 'LOCAL_PREREQUISITE_MISSING',
      detail: { missing: ['python', 'jdk', 'maven'] },
    });
    expect(error.message).toContain('pyenv install 3.13');
    expect(error.message).toContain('apt-get install openjdk-17-jdk-headless');
    expect(error.message).toContain('brew install maven');
    expect(error.message).toContain('AWS_ENDPOINT_URL');
  });

  it('asks only for what is missing', async () => {
    program('bin/python3.13', 'exit 0');
    jdk('21.0.5');
    const error = await findPrerequisites(env()).catch((caught) => caught);
    expect(error.detail).toEqual({ missing: ['maven'] });
    expect(error.message).not.toContain('Python');
  });

  it('does not take a JDK older than 17, nor a Maven that fails', async () => {
    program('bin/python3.13', 'exit 0');
    jdk('11.0.2');
    program('bin/mvn', 'exit 1');
    const error = await findPrerequisites(env()).catch((caught) => caught);
    expect(error.detail).toEqual({ missing: ['jdk', 'maven'] });
  });

  it('answers with the interpreter, the home of the JDK and Maven when all are there', async () => {
    program('bin/python3.13', 'exit 0');
    jdk('17.0.15');
    program('bin/mvn', 'exit 0');
    expect(await findPrerequisites(env())).toMatchObject({ python: 'python3.13', maven: 'mvn' });
  });
});
