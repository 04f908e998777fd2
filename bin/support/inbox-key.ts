/**
 * Claims of a person outlive the command that made them, and are kept nowhere: the claim_id of an attempt follows from a
 * key in the hive home, which only its owner may read. Another machine has another key: a ticket that was claimed on one
 * is refused to the other, unless the file is copied there.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hiveHome } from '../../local/home.ts';
import { refuse } from './errors.ts';

const KEY_BYTES = 32;

export const inboxKeyFile = (home = hiveHome()): string => join(home, 'inbox.key');

/** The same for the same attempt, from this home. @throws HiveError FILE_UNREADABLE */
export function claimIdOf(claim: { agent_id: string; ticket_id: string; attempt: number }, file = inboxKeyFile()) {
  const { agent_id, ticket_id, attempt } = claim;
  return createHmac('sha256', keyIn(file))
    .update(JSON.stringify([agent_id, ticket_id, attempt]))
    .digest('base64url');
}

/** Made when it is not there yet. */
function keyIn(file: string): Buffer {
  const key = readKey(file) ?? makeKey(file);
  if (key.length >= KEY_BYTES) return key;
  throw refuse('FILE_UNREADABLE', `${file} is no key: it has ${key.length} bytes, not ${KEY_BYTES}`, {
    try: 'delete it: a new one is made; tickets claimed with the old one are taken back when their time is over',
  });
}

function readKey(file: string): Buffer | undefined {
  try {
    return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw refuse('FILE_UNREADABLE', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Whole or not at all, and one only: of two commands that make it at the same time the first one's stays. */
function makeKey(file: string): Buffer {
  const own = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(own, `${randomBytes(KEY_BYTES).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return readKey(file) ?? Buffer.alloc(0);
}
