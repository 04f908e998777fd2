import { describe, expect, test } from 'vitest';
import { ENV as transformAgent } from '../../agents/transform/contract.ts';
import { ENV as acceptPlan } from '../../lambdas/accept-plan/contract.ts';
import { ENV as auditAssets } from '../../lambdas/audit-assets/contract.ts';
import { ENV as chooseStrategy } from '../../lambdas/choose-strategy/contract.ts';
import { ENV as claimTicket } from '../../lambdas/claim-ticket/contract.ts';
import { ENV as completePlan } from '../../lambdas/complete-plan/contract.ts';
import { ENV as fireTimers } from '../../lambdas/fire-timers/contract.ts';
import { ENV as forecastDemand } from '../../lambdas/forecast-demand/contract.ts';
import { ENV as handBackTicket } from '../../lambdas/hand-back-ticket/contract.ts';
import { ENV as heartbeatAgent } from '../../lambdas/heartbeat-agent/contract.ts';
import { ENV as heartbeatTicket } from '../../lambdas/heartbeat-ticket/contract.ts';
import { ENV as projectLedger } from '../../lambdas/project-ledger/contract.ts';
import { ENV as readInbox } from '../../lambdas/read-inbox/contract.ts';
import { ENV as registerAgent } from '../../lambdas/register-agent/contract.ts';
import { ENV as removeAgent } from '../../lambdas/remove-agent/contract.ts';
import { ENV as reportTicket } from '../../lambdas/report-ticket/contract.ts';
import { ENV as scheduleTickets } from '../../lambdas/schedule-tickets/contract.ts';
import { ENV as serveApi } from '../../lambdas/serve-api/contract.ts';
import { ENV as sweepPools } from '../../lambdas/sweep-pools/contract.ts';
import { ENV as watchAgents } from '../../lambdas/watch-agents/contract.ts';
import { functionNamed, ofType, type Synthesised, synthesise } from './synth.ts';

const synthesised = synthesise();
const functions = ofType(synthesised, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties);
const COMMON = ['LOG_LEVEL', 'NODE_OPTIONS', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME', 'STAGE'];

describe('A function', () => {
  test.each([
    ['accept-plan', acceptPlan],
    ['audit-assets', auditAssets],
    ['choose-strategy', chooseStrategy],
    ['claim-ticket', claimTicket],
    ['complete-plan', completePlan],
    ['fire-timers', fireTimers],
    ['forecast-demand', forecastDemand],
    ['hand-back-ticket', handBackTicket],
    ['heartbeat-agent', heartbeatAgent],
    ['heartbeat-ticket', heartbeatTicket],
    ['project-ledger', projectLedger],
    ['read-inbox', readInbox],
    ['register-agent', registerAgent],
    ['remove-agent', removeAgent],
    ['report-ticket', reportTicket],
    ['schedule-tickets', scheduleTickets],
    ['serve-api', serveApi],
    ['sweep-pools', sweepPools],
    ['transform-agent', transformAgent],
    ['watch-agents', watchAgents],
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

  test('logs what it says itself from its level on, and of Lambda’s own lines only what went wrong', () => {
    const levels = (from: Synthesised) =>
      new Set(
        ofType(from, 'AWS::Lambda::Function').map(([, { Properties: p }]) => {
          const { LogFormat, SystemLogLevel, ApplicationLogLevel } = p.LoggingConfig;
          expect(p.Environment.Variables.LOG_LEVEL).toBe(ApplicationLogLevel);
          return `${LogFormat} ${SystemLogLevel} ${ApplicationLogLevel}`;
        }),
      );
    expect([...levels(synthesised)]).toEqual(['JSON WARN DEBUG']);
    expect([...levels(synthesise({ stage: 'prod' }))]).toEqual(['JSON WARN INFO']);
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

test('of the requests to the stage one a second is traced, and of the others one in a hundred', () => {
  const rules = ofType(synthesised, 'AWS::XRay::SamplingRule').map(([, { Properties }]) => Properties.SamplingRule);
  expect(rules).toHaveLength(1);
  expect(rules[0]).toMatchObject({ ServiceName: 'hive-dev-*', ServiceType: '*', ReservoirSize: 1, FixedRate: 0.01 });
});

test('every log group has a retention', () => {
  const without = ofType(synthesised, 'AWS::Logs::LogGroup').filter(
    ([, g]) => g.Properties.RetentionInDays === undefined,
  );
  expect(without).toEqual([]);
});
