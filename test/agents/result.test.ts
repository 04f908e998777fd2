import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { BoundedLog, LOG_BYTES } from '../../agents/sdk/bounded-log.ts';
import { TicketFailure } from '../../agents/sdk/failures.ts';
import { jsonBytes } from '../../agents/sdk/json-bytes.ts';
import { OUTPUT_BYTES, type Outcome, resultOf } from '../../agents/sdk/result.ts';

const result = (outcome: Outcome, log = new BoundedLog()) =>
  resultOf(outcome, { ticketId: randomUUID(), agentId: 'worker-1', startedAt: 1000, now: 1250.4, log });

it('keeps the last 200 lines of a log', () => {
  const log = new BoundedLog();
  for (let line = 1; line <= 100_000; line++) log.add(`line ${line}`);
  const tail = log.tail();
  expect(tail).toHaveLength(200);
  expect([tail[0], tail.at(-1)]).toEqual(['line 99801', 'line 100000']);
});

it('keeps at most 32 KB of a log, whatever its lines are made of', () => {
  for (const line of ['x'.repeat(5000), '\u0000'.repeat(1000), '🦊'.repeat(3000), '\ud800'.repeat(500)]) {
    const log = new BoundedLog();
    for (let count = 0; count < 500; count++) log.add(line);
    const tail = log.tail();
    expect(jsonBytes(tail)).toBeLessThanOrEqual(LOG_BYTES);
    expect(jsonBytes(tail)).toBeGreaterThan(LOG_BYTES / 4);
    expect(tail.every((kept) => kept.isWellFormed())).toBe(true);
  }
});

it('accepts an output of 128 KB and fails one byte more with RESULT_TOO_LARGE', () => {
  const frame = jsonBytes({ a: '' });
  expect(result({ output: { a: 'x'.repeat(OUTPUT_BYTES - frame) } }).status).toBe('COMPLETED');
  const over = result({ output: { a: 'x'.repeat(OUTPUT_BYTES - frame + 1) } });
  expect(over).toMatchObject({ status: 'FAILED', error: { code: 'RESULT_TOO_LARGE', retryable: false } });
  expect(over.result?.output).toEqual({});
});

it('fails an output that is not a map of strings', () => {
  const outcome = { output: { count: 3 } as unknown as Record<string, string> };
  expect(result(outcome)).toMatchObject({ status: 'FAILED', error: { code: 'OUTPUT_INVALID', retryable: false } });
});

it('carries a failure’s own log lines after those of the run, and cuts an endless message', () => {
  const log = new BoundedLog();
  log.add('first');
  const failure = new TicketFailure('m'.repeat(1_000_000), { code: 'X', logs: ['last'] });
  const failed = result({ failure }, log);
  expect(failed.result?.logs).toEqual(['first', 'last']);
  expect(failed.error_message).toHaveLength(4096);
});

it('tells the duration in whole milliseconds', () => {
  expect(result({ output: {} })).toMatchObject({ actual_duration_ms: 250, timestamp: 1250 });
});
