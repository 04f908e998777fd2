import { describe, expect, test } from 'vitest';
import { ENV as transformAgent } from '../../agents/transform/contract.ts';
import { ENV as acceptPlan } from '../../lambdas/accept-plan/contract.ts';
import { ENV as claimTicket } from '../../lambdas/claim-ticket/contract.ts';
import { ENV as completePlan } from '../../lambdas/complete-plan/contract.ts';
import { ENV as fireTimers } from '../../lambdas/fire-timers/contract.ts';
import { ENV as heartbeatAgent } from '../../lambdas/heartbeat-agent/contract.ts';
import { ENV as heartbeatTicket } from '../../lambdas/heartbeat-ticket/contract.ts';
import { ENV as projectLedger } from '../../lambdas/project-ledger/contract.ts';
import { ENV as registerAgent } from '../../lambdas/register-agent/contract.ts';
import { ENV as removeAgent } from '../../lambdas/remove-agent/contract.ts';
import { ENV as reportTicket } from '../../lambdas/report-ticket/contract.ts';
import { ENV as scheduleTickets } from '../../lambdas/schedule-tickets/contract.ts';
import { ENV as settleTickets } from '../../lambdas/settle-tickets/contract.ts';
import { ENV as sweepPools } from '../../lambdas/sweep-pools/contract.ts';
import { functionNamed, ofType, synthesise } from './synth.ts';

const synthesised = synthesise();
const functions = ofType(synthesised, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties);
const COMMON = ['LOG_LEVEL', 'NODE_OPTIONS', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME', 'STAGE'];

describe('A function', () => {
  test.each([
    ['accept-plan', acceptPlan],
    ['claim-ticket', claimTicket],
    ['complete-plan', completePlan],
    ['fire-timers', fireTimers],
    ['heartbeat-agent', heartbeatAgent],
    ['heartbeat-ticket', heartbeatTicket],
    ['project-ledger', projectLedger],
    ['register-agent', registerAgent],
    ['remove-agent', removeAgent],
    ['report-ticket', reportTicket],
    ['schedule-tickets', scheduleTickets],
    ['settle-tickets', settleTickets],
    ['sweep-pools', sweepPools],
    ['transform-agent', transformAgent],
  ] as const)('%s gets the environment of its contract', (name, contract) => {
    const { Variables } = functionNamed(synthesised, name).Properties.Environment;
    expect(Object.keys(Variables).sort()).toEqual([...contract, ...COMMON].sort());
  });

  test('logs to a group of its own, which forgets after two weeks', () => {
    const groups = new Map(ofType(synthesised, 'AWS::Logs::LogGroup'));
    for (const { FunctionName, LoggingConfig } of functions) {
      const group = groups.get(LoggingConfig.LogGroup.Ref);
      expect(group?.Properties).toMatchObject({ LogGroupName: `/aws/lambda/${FunctionName}`, RetentionInDays: 14 });
    }
  });

  test('is traced, and runs on Node 24 on arm64', () => {
    for (const { Runtime, Architectures, TracingConfig } of functions) {
      expect({ Runtime, Architectures, TracingConfig }).toEqual({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
    }
  });
});

test('every log group has a retention', () => {
  const without = ofType(synthesised, 'AWS::Logs::LogGroup').filter(
    ([, g]) => g.Properties.RetentionInDays === undefined,
  );
  expect(without).toEqual([]);
});
