/** The audit log of the deployed stack: what a plan did is under signed heads, and an export shows every change made to it. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { type Agent, createAgent } from '../../agents/sdk/agent.ts';
import { EXIT } from '../../bin/support/exit-codes.ts';
import type { ExportedEvent, ExportedHead } from '../../core/audit/export.ts';
import { GENESIS, headOf, type Recorded, record } from '../../core/ledger/chain.ts';
import { hive as runCli } from '../bin/run-cli.ts';
import { createHiveCommands } from './hive-command.ts';
import { api, eventually, inbox, outputs, planEnd, planOf, putPlan, unique } from './stack.ts';

const bucket = (outputs as Record<string, string>).AuditLogBucket ?? '';
const keyArn = (outputs as Record<string, string>).AuditLogKeyArn ?? '';
const s3 = new S3Client({ forcePathStyle: true });
const kms = new KMSClient({});
const lambda = new LambdaClient({});
const commands = createHiveCommands();
const { hive, work } = commands;

const capability = unique('audited');
const planId = unique('audited');
const quiet = { info() {}, warn() {}, error() {} };
let agent: Agent;

/** What the clock does once a minute. */
async function seal(): Promise<{ heads: number; entries: number; size: number }> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: 'hive-test-seal-log' }));
  const text = Buffer.from(answer.Payload ?? []).toString();
  expect({ error: answer.FunctionError, text }).toMatchObject({ error: undefined });
  return JSON.parse(text);
}

interface Shown {
  readonly broken: readonly unknown[];
  readonly events: readonly { readonly what: string; readonly who: string; readonly head: number | null }[];
}

beforeAll(async () => {
  const run = async () => ({ done: 'yes' });
  agent = createAgent({ api, inbox, capabilities: [capability], capacity: 2, run, logger: quiet });
  await agent.start();
  await putPlan(planOf(planId, { a: [], b: ['a'] }, capability));
  expect((await planEnd(planId)).phase).toBe('completed');
});
afterAll(async () => {
  await agent.stop();
  commands.end();
});

describe('The audit log of the deployed stack', () => {
  it('has every event of a plan under a signed head, and tells who did it', async () => {
    const shown = await eventually('all events of the plan to be sealed', async () => {
      await seal();
      const { code, answer } = await hive('audit', 'show', planId);
      expect(code).toBe(EXIT.ok);
      return (answer as Shown).events.every(({ head }) => head !== null) ? (answer as Shown) : undefined;
    });
    expect(shown.broken).toEqual([]);
    const told = shown.events.map(({ what }) => what);
    for (const what of ['PlanReceived', 'TicketCreated', 'TicketAssigned', 'TicketCompleted', 'PlanCompleted'])
      expect(told).toContain(what);
    expect(shown.events.filter(({ what, who }) => what === 'TicketAssigned' && who !== '')).toHaveLength(2);
  });

  it('lets nobody remove or replace a head', async () => {
    const Key = 'heads/0000000001.json';
    const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key }));
    expect(Retention?.Mode).toBe('GOVERNANCE');
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
    expect(Versions).toHaveLength(1);
    const remove = new DeleteObjectCommand({ Bucket: bucket, Key, VersionId: Versions[0]?.VersionId });
    await expect(s3.send(remove)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('goes on from the heads that are there when two seal at once', async () => {
    const before = (await seal()).size;
    const again = unique('audited');
    await putPlan(planOf(again, { a: [] }, capability));
    await planEnd(again);
    await eventually('the second plan to be sealed', async () => {
      await Promise.all([seal(), seal(), seal()]);
      const { answer } = await hive('audit', 'show', again);
      return (answer as Shown).events.every(({ head }) => head !== null) ? true : undefined;
    });
    expect(before).toBeGreaterThanOrEqual(0);
  });
});

describe('An export of it', () => {
  const whole = join(work, 'whole');
  const ofPlan = join(work, 'of-plan');
  let copies = 0;

  /** Offline: it is told of no stack. */
  async function verify(folder: string, ...more: string[]) {
    const { status, stdout } = await runCli(['audit', 'verify', folder, ...more, '--json']);
    return { code: status, answer: JSON.parse(stdout) };
  }
  const read = <T>(folder: string, file: string): T[] =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  const write = (folder: string, file: string, lines: readonly unknown[]) =>
    writeFileSync(join(folder, file), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  /** The faults that are found after `change`. @param file what it changes */
  async function faultsOf<T>(from: string, file: string, change: (lines: T[]) => T[]) {
    const copy = join(work, `copy-${++copies}`);
    cpSync(from, copy, { recursive: true });
    write(copy, file, change(read<T>(copy, file)));
    const { code, answer } = await verify(copy);
    expect(code).toBe(EXIT.differs);
    return answer.faults as { kind: string; aggregate?: string; version?: number; head?: number }[];
  }

  const isOfPlan = ({ record: link }: ExportedEvent): boolean => link.aggregate === `PLAN#${planId}`;
  const events = 'events.ndjson';
  const heads = 'heads.ndjson';
  const aggregate = `PLAN#${planId}`;

  beforeAll(async () => {
    // Agents' heartbeats go on, so there is always something that is too new.
    await agent.stop();
    for (const args of [[whole], [ofPlan, '--plan', planId]]) {
      const { code, answer } = await hive('audit', 'export', ...args);
      expect({ code, answer }).toMatchObject({ code: EXIT.ok, answer: { folder: args[0] } });
    }
  });

  it('is found whole, also with the key that KMS has', async () => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }));
    const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(PublicKey ?? []).toString('base64')}\n-----END PUBLIC KEY-----\n`;
    writeFileSync(join(work, 'key.pem'), pem);
    for (const folder of [whole, ofPlan]) {
      const { code, answer } = await verify(folder, '--key', join(work, 'key.pem'));
      expect({ code, answer }).toMatchObject({ code: EXIT.ok, answer: { faults: [], pinned: true } });
      expect(answer.logged).toBeGreaterThan(10);
    }
    // One plan's export has proofs, and nothing of anybody else.
    expect(read<ExportedHead>(ofPlan, heads).every(({ entries }) => entries === undefined)).toBe(true);
    expect(read<ExportedEvent>(ofPlan, events).every(({ inclusion }) => inclusion !== undefined)).toBe(true);
  });

  it('shows a flipped bit', async () => {
    const flipped = await faultsOf<ExportedEvent>(whole, events, (lines) =>
      lines.map((line) =>
        isOfPlan(line) && line.record.version === 2
          ? { ...line, record: { ...line.record, at: line.record.at ^ 1 } }
          : line,
      ),
    );
    expect(flipped).toEqual([expect.objectContaining({ kind: 'event_altered', aggregate, version: 2 })]);
  });

  it('shows an event that was dropped, in the middle and at the end', async () => {
    const last = read<ExportedEvent>(whole, events).filter(isOfPlan).length;
    for (const version of [2, last]) {
      const dropped = await faultsOf<ExportedEvent>(whole, events, (lines) =>
        lines.filter((line) => !(isOfPlan(line) && line.record.version === version)),
      );
      expect(dropped).toContainEqual(expect.objectContaining({ kind: 'event_dropped', aggregate, version }));
      expect(dropped.every((fault) => fault.aggregate === aggregate)).toBe(true);
    }
  });

  it('shows events that changed places', async () => {
    const swapped = await faultsOf<ExportedEvent>(whole, events, (lines) => {
      const at = lines.findIndex((line) => isOfPlan(line) && line.record.version === 2);
      const [two, three] = [lines[at] as ExportedEvent, lines[at + 1] as ExportedEvent];
      return lines.with(at, three).with(at + 1, two);
    });
    expect(swapped).toContainEqual(expect.objectContaining({ kind: 'event_order', aggregate, version: 2 }));
  });

  it('shows a history that was written anew with hashes of its own', async () => {
    /** Version 2 says something else, and everything after it is linked to that. */
    const rechain = (lines: ExportedEvent[]): ExportedEvent[] => {
      const links: Recorded[] = [];
      return lines.map((line) => {
        if (!isOfPlan(line)) return line;
        const { aggregate: of, at, subject, event } = line.record;
        const before = links.at(-1);
        const body = { aggregate: of, at: line.record.version === 2 ? at + 1 : at, subject, event };
        const link = record(before === undefined ? GENESIS : headOf(before), body, sha256);
        links.push(link);
        return { ...line, record: { ...line.record, ...link } };
      });
    };
    const anew = await faultsOf<ExportedEvent>(whole, events, rechain);
    expect(anew[0]).toMatchObject({ kind: 'event_rewritten', aggregate, version: 2 });
    expect(new Set(anew.map(({ kind }) => kind))).toEqual(new Set(['event_rewritten']));
    const unproved = await faultsOf<ExportedEvent>(ofPlan, events, rechain);
    expect(unproved[0]).toMatchObject({ kind: 'inclusion', aggregate, version: 2 });
  });

  it('shows a forked history: a head of another past, and one that is left out', async () => {
    const forked = await faultsOf<ExportedHead>(whole, heads, (lines) =>
      lines.map((line, at) => (at === 0 ? { ...line, head: { ...line.head, root: sha256('another past') } } : line)),
    );
    expect(forked).toContainEqual(expect.objectContaining({ kind: 'head_signature', head: 1 }));
    expect(forked).toContainEqual(expect.objectContaining({ kind: 'head_root', head: 1 }));
    expect(forked).toContainEqual(expect.objectContaining({ kind: 'fork', head: 2 }));
    const missing = await faultsOf<ExportedHead>(ofPlan, heads, (lines) => lines.toSpliced(0, 1));
    expect(missing[0]).toMatchObject({ kind: 'head_missing', head: 2 });
  });
});
