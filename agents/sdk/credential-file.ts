/** A credential in a file that is its owner's alone to read. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HiveError } from '../../core/errors.ts';
import { credentialAnswer } from '../../core/messages/enrolment-api.ts';
import type { Credential } from './credential-fetch.ts';

export interface CredentialFile {
  /** Undefined where there is none. @throws HiveError CREDENTIAL_UNREADABLE when there is something else */
  read(): Promise<Credential | undefined>;
  /** Whole or not at all, whenever the process dies. */
  save(credential: Credential): Promise<void>;
  /** That it can be saved, before there is one to lose. */
  check(): Promise<void>;
}

export function credentialFile(path: string): CredentialFile {
  const written = `${path}.new`;

  async function write(text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    // Made anew, so that its mode is ours, whoever left one there.
    await rm(written, { force: true });
    const file = await open(written, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (text === undefined) return undefined;
      const { data } = credentialAnswer.safeParse(parsed(text));
      if (data !== undefined) return data;
      throw new HiveError(
        'CREDENTIAL_UNREADABLE',
        `${path} holds no credential: move it away, and enrol the agent anew.`,
      );
    },
    async save(credential) {
      await write(`${JSON.stringify(credential)}\n`);
      await rename(written, path);
    },
    async check() {
      await write('');
      await rm(written);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
