import { Logger } from '@aws-lambda-powertools/logger';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HiveLogFormatter } from '../../lambdas/runtime/log-formatter.ts';
import { captureLog } from './log-lines.ts';

function lineOf(write: (logger: Logger) => void): Record<string, unknown> {
  const lines = captureLog();
  write(new Logger({ serviceName: 'accept-plan', logFormatter: new HiveLogFormatter(), logLevel: 'INFO' }));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a log line', () => {
  it('is one line of JSON in the form of the field, with what was added', () => {
    vi.stubEnv('STAGE', 'test');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_VERSION', '7');
    vi.stubEnv('AWS_LAMBDA_LOG_STREAM_NAME', 'stream');
    const line = lineOf((logger) => {
      logger.appendKeys({ plan_id: 'p', ticket_id: 't' });
      logger.info('plan\nrunning', { outcome: { outcome: 'running' } });
    });
    expect(line).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'INFO',
      message: 'plan\nrunning',
      service: { name: 'accept-plan', version: '7', instance_id: 'stream' },
      neural_hive: { component: 'accept-plan', layer: 'orquestracao', domain: 'OPERATIONAL' },
      environment: 'test',
      plan_id: 'p',
      ticket_id: 't',
      outcome: { outcome: 'running' },
    });
  });

  it('tells an error with its name, message and stack', () => {
    const line = lineOf((logger) => logger.error('failed', new RangeError('too far')));
    expect(line).toMatchObject({ level: 'ERROR', error: { name: 'RangeError', message: 'too far' } });
  });
});
