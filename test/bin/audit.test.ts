/** `hive audit` on files, and as it tells a plan; taking an export out of a stack is tried on the deployed one. */
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryLedgerHistory } from '../../adapters/memory/ledger-history.ts';
import { createMemoryPlanReader } from '../../adapters/memory/plan-reader.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { tellPlan } from '../../bin/commands/audit/show-plan.ts';
import { writeExport } from '../../bin/support/audit-folder.ts';
import { EXIT } from '../../bin/support/exit-codes.ts';
import type { Io } from '../../bin/support/io.ts';
import { batchOf } from '../../core/audit/entry.ts';
import { createSealLog, SEAL_SETTINGS } from '../../core/audit/seal.ts';
import { createLoadPlanKept } from '../../core/ledger/replay-plan.ts';
import { allHeads, chainOf, exportOf, KEYS, LOG, memoryLog, merkle, signer } from '../support/audit.ts';
import { createHive, enter, registration, work } from '../support/hive.ts';
import { NOW, plan, task } from '../support/plans.ts';
import { memoryOut, hive as runCli } from './run-cli.ts';

let folder: string;
const at = (file: string): string => join(folder, 'export', file);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hive-audit-'));
  const hive = createHive();
  const log = memoryLog();
  const chain = chainOf('TICKET#a', 3);
  await log.pending.note(batchOf(chain));
  const settings = { ...SEAL_SETTINGS, log: LOG };
  const clock = { now: () => NOW + 60_000, sleep: async () => {}, random: () => 0 };
  await createSealLog({ ledger: hive.ledger, ...log, signer, merkle, clock, sha256, settings })();
  writeExport(join(folder, 'export'), exportOf(await allHeads(log.sealed), chain), NOW);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const verify = (...args: string[]) => runCli(['audit', 'verify', join(folder, 'export'), ...args]);

describe('hive audit verify', () => {
  it('says that all is as it was logged, and whose key was believed', async () => {
    const { status, stdout } = await verify();
    expect(stdout).toContain('every event is as it was logged');
    expect(stdout).toContain('3 of 3 events under a signed head');
    expect(stdout).toContain('--key');
    expect(status).toBe(EXIT.ok);
    writeFileSync(join(folder, 'key.pem'), KEYS['key-1']);
    expect((await verify('--key', join(folder, 'key.pem'))).stdout).not.toContain('--key');
  });

  it('locates what was changed in the files, and exits with 8', async () => {
    writeFileSync(at('events.ndjson'), readFileSync(at('events.ndjson'), 'utf8').replace('as it was 2', 'as it Was 2'));
    const { status, stdout } = await verify('--json');
    expect(status).toBe(EXIT.differs);
    expect(JSON.parse(stdout).faults).toEqual([
      expect.objectContaining({ kind: 'event_altered', aggregate: 'TICKET#a', version: 2 }),
    ]);
  });

  it('believes no other key than the one it was given', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    const { status, stdout } = await verify('--key', join(folder, 'key.pem'));
    expect(stdout).toContain('head_signature');
    expect(status).toBe(EXIT.differs);
  });

  it('takes no key that is none', async () => {
    writeFileSync(join(folder, 'key.json'), '{"keys":[]}');
    const { status, stderr } = await verify('--key', join(folder, 'key.json'));
    expect(stderr).toContain('PEM');
    expect(status).toBe(EXIT.usage);
  });

  it('says which line is none any more, and goes on with the others', async () => {
    appendFileSync(at('heads.ndjson'), '{"head":{}}\n');
    const { status, stdout } = await verify('--json');
    expect(JSON.parse(stdout).faults).toEqual([
      { kind: 'line_unreadable', message: expect.stringContaining('heads.ndjson, line 2') },
    ]);
    expect(status).toBe(EXIT.differs);
    writeFileSync(at('heads.ndjson'), '{"head":');
    expect((await verify()).stdout).toContain('heads.ndjson, line 1, is none: it is not JSON');
    expect((await runCli(['audit', 'verify', join(folder, 'nowhere')])).status).toBe(EXIT.usage);
  });

  it('takes no manifest and no keys that are none', async () => {
    writeFileSync(at('keys.json'), 'null');
    const { status, stderr } = await verify();
    expect(stderr).toContain('EXPORT_UNREADABLE');
    expect(status).toBe(EXIT.differs);
  });

  it('never writes over what is there', () => {
    expect(() => writeExport(join(folder, 'export'), { heads: [], events: [], keys: {} }, NOW)).toThrow(/not empty/);
  });
});

describe('hive audit show', () => {
  it('tells who did what, and which head proves it', async () => {
    const hive = createHive();
    await hive.registerAgent(registration('x'));
    await hive.acceptPlan(plan({ tasks: [task('a', { required_capabilities: ['build'] })] }));
    await enter(hive, 'a');
    await work(hive, 'x', 'a');
    const deps = { history: createMemoryLedgerHistory(hive.table), reader: createMemoryPlanReader(hive.table) };
    const kept = await createLoadPlanKept(deps)('plan-1');
    if (kept === undefined) throw new Error('no plan');
    const stdout = memoryOut();
    const io = { stdout, stderr: memoryOut() } as unknown as Io;
    expect(tellPlan('plan-1', kept, ({ version }) => (version === 1 ? 7 : undefined), {}, io)).toBe(EXIT.ok);
    const line = (what: string) =>
      stdout
        .text()
        .split('\n')
        .find((text) => text.includes(what));
    expect(line('TicketAssigned')).toMatch(/ a +TicketAssigned +x .*pending/);
    expect(line('PlanReceived')).toMatch(/head 7/);
    const [first, second] = kept.plan.records;
    if (first === undefined || second === undefined) throw new Error('no events');
    const broken = { ...kept, plan: { ...kept.plan, records: [first, { ...second, prev_hash: 'x' }] } };
    expect(tellPlan('plan-1', broken, () => undefined, { json: true }, io)).toBe(EXIT.differs);
  });
});
