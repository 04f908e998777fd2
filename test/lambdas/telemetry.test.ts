import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from './log-lines.ts';

const context = { functionName: 'accept-plan', awsRequestId: 'request' } as Context;
const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

/** The runtime as it is loaded on AWS, where tracing is on, or elsewhere. */
async function load({ traced }: { traced: boolean }) {
  vi.resetModules();
  vi.stubEnv('AWS_EXECUTION_ENV', traced ? 'AWS_Lambda_nodejs24.x' : '');
  vi.stubEnv('LAMBDA_TASK_ROOT', traced ? '/var/task' : '');
  vi.stubEnv('_X_AMZN_TRACE_ID', traced ? TRACE : '');
  return import('../../lambdas/runtime/telemetry.ts');
}

let lines: string[];
let warned: unknown[][];
beforeEach(() => {
  lines = captureLog();
  warned = [];
  vi.spyOn(console, 'warn').mockImplementation((...told) => void warned.push(told));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('the trace of a function', () => {
  it('has its annotations on a segment of its own, which is closed in the end', async () => {
    const { annotate, observed, tracer } = await load({ traced: true });
    const outer = tracer.getSegment();
    const during = await observed(async () => {
      annotate({ plan_id: 'p', ticket_id: undefined });
      return tracer.getSegment();
    })({}, context);
    expect(during).toMatchObject({ name: '## accept-plan', annotations: { neural_hive_plan_id: 'p' } });
    expect(during?.isClosed()).toBe(true);
    expect(tracer.getSegment()).toBe(outer);
    expect(warned).toEqual([]);
  });

  it('has the error of a function that fails, and the next one starts afresh', async () => {
    const { observed, tracer } = await load({ traced: true });
    const outer = tracer.getSegment();
    let during: ReturnType<typeof tracer.getSegment>;
    const failing = observed(async () => {
      during = tracer.getSegment();
      throw new RangeError('too far');
    });
    await expect(failing({}, context)).rejects.toThrow('too far');
    expect(during).toMatchObject({ fault: true, cause: { exceptions: [{ type: 'RangeError', message: 'too far' }] } });
    expect(tracer.getSegment()).toBe(outer);
  });

  it('is not taken where there is nobody to send it to', async () => {
    const { annotate, observed } = await load({ traced: false });
    const answer = await observed(async () => {
      annotate({ plan_id: 'p' });
      return 'done';
    })({}, context);
    expect({ answer, warned }).toEqual({ answer: 'done', warned: [] });
  });
});

describe('the metrics of a function', () => {
  it('are written once when it counted something', async () => {
    const { count, observed } = await load({ traced: false });
    await observed(async () => count('plans', 2))({}, context);
    const published = lines.filter((line) => line.includes('neural_hive_orchestrator_plans_total'));
    expect(published.map((line) => JSON.parse(line))).toMatchObject([{ neural_hive_orchestrator_plans_total: 2 }]);
  });

  it('are silent when it counted nothing', async () => {
    const { observed } = await load({ traced: false });
    await observed(async () => 'nothing')({}, context);
    expect({ lines, warned }).toEqual({ lines: [], warned: [] });
  });
});
