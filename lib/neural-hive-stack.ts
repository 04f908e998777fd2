/** The whole system, read as the way of a plan: from the bus, through its tickets and agents, to its end. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AcceptPlan } from './accept-plan.ts';
import { AgentApi } from './agent-api.ts';
import { AgentPolicy } from './agent-policy.ts';
import { AssetRole } from './asset-role.ts';
import { AuditAssets } from './audit-assets.ts';
import { AuditLog } from './audit-log.ts';
import { Bus } from './bus.ts';
import { ChooseStrategy } from './choose-strategy.ts';
import { ClaimTicket } from './claim-ticket.ts';
import { CompletePlan } from './complete-plan.ts';
import { EnrolledAgentsApi } from './enrolled-agents-api.ts';
import { ExchangeToken } from './exchange-token.ts';
import { FireTimers } from './fire-timers.ts';
import { ForecastDemand } from './forecast-demand.ts';
import { HandBackTicket } from './hand-back-ticket.ts';
import { HeartbeatAgent } from './heartbeat-agent.ts';
import { HeartbeatTicket } from './heartbeat-ticket.ts';
import { Ledger } from './ledger.ts';
import { MonitoringApi } from './monitoring-api.ts';
import { PlanMachines } from './plan-machines.ts';
import { PoolQueue } from './pool-queue.ts';
import { ProjectLedger } from './project-ledger.ts';
import { PublishKeys } from './publish-keys.ts';
import { ReadInbox } from './read-inbox.ts';
import { RegisterAgent } from './register-agent.ts';
import { RemoveAgent } from './remove-agent.ts';
import { ReportTicket } from './report-ticket.ts';
import { ScheduleTickets } from './schedule-tickets.ts';
import { SignInApi } from './sign-in-api.ts';
import type { Stage } from './stage.ts';
import { SweepPools } from './sweep-pools.ts';
import type { PlanTemplate } from './template-machine.ts';
import { TimerQueue } from './timer-queue.ts';
import { TokenKeys } from './token-keys.ts';
import { TraceSampling } from './trace-sampling.ts';
import { TransformAgent } from './transform-agent.ts';
import { WatchAgents } from './watch-agents.ts';
import { WebAcl } from './web-acl.ts';

export interface NeuralHiveStackProps {
  readonly stage: Stage;
  readonly templates: readonly PlanTemplate[];
}

export class NeuralHiveStack extends Stack {
  constructor(scope: Construct, props: NeuralHiveStackProps) {
    const { stage, templates } = props;
    super(scope, `NeuralHive-${stage.name}`, {
      description: 'Neural Hive Orchestrator: cognitive plans in, execution tickets seen through',
      terminationProtection: stage.keepsData,
      tags: { 'neural-hive:stage': stage.name },
    });

    // What everything goes through: events, the record of them, tickets that may run, and what is due later.
    const bus = new Bus(this, 'Bus', { stage });
    const ledger = new Ledger(this, 'Ledger', { stage });
    const pool = new PoolQueue(this, 'PoolQueue', { stage });
    const timers = new TimerQueue(this, 'TimerQueue', { stage });

    // An approved plan is accepted and started on the machine of its shape, which says when a ticket may run.
    const machines = new PlanMachines(this, 'PlanMachines', { stage, pool, templates });
    new AcceptPlan(this, 'AcceptPlan', { stage, bus, ledger, machines, pool, timers });

    // A round of the pool says who runs it: an agent of the swarm.
    new ScheduleTickets(this, 'ScheduleTickets', { stage, ledger, machines, pool, timers });
    new SweepPools(this, 'SweepPools', { stage, ledger, pool });
    new ChooseStrategy(this, 'ChooseStrategy', { stage, ledger });

    // Agents, programs and people alike, join and leave, and tell how their tickets go.
    const api = new AgentApi(this, 'AgentApi', { stage });
    const tokens = new TokenKeys(this, 'TokenKeys', { stage, ledger });
    const keys = new PublishKeys(this, 'PublishKeys', { stage, agentApi: api, ledger });
    new RegisterAgent(this, 'RegisterAgent', { stage, api, ledger, pool });
    new HeartbeatAgent(this, 'HeartbeatAgent', { stage, api, ledger, tokens, pool });
    new ReadInbox(this, 'ReadInbox', { stage, api, ledger });
    new RemoveAgent(this, 'RemoveAgent', { stage, api, ledger });
    new ClaimTicket(this, 'ClaimTicket', { stage, api, ledger, tokens });
    new HeartbeatTicket(this, 'HeartbeatTicket', { stage, api, ledger, tokens });
    new ReportTicket(this, 'ReportTicket', { stage, api, ledger, tokens, machines, pool, timers });
    new HandBackTicket(this, 'HandBackTicket', { stage, api, ledger, tokens, pool, timers });
    const { assetAccess } = stage;
    const assets =
      assetAccess &&
      new AssetRole(this, 'AssetRole', { stage, keys, access: assetAccess, trustDomain: tokens.trustDomain });
    if (assets) new ExchangeToken(this, 'ExchangeToken', { stage, api, ledger, tokens, keys, assets });
    const enrolled = stage.enrolledAgents
      ? new EnrolledAgentsApi(this, 'EnrolledAgentsApi', { stage, agentApi: api, ledger })
      : undefined;
    const agentPolicy = new AgentPolicy(this, 'AgentPolicy', { stage, api });
    const transformAgent = new TransformAgent(this, 'TransformAgent', { stage, api });

    // What nobody tells is noticed in time: lost agents and bad ones, waits that are over, deadlines, executions that were stopped.
    new FireTimers(this, 'FireTimers', { stage, ledger, machines, pool, timers });
    new WatchAgents(this, 'WatchAgents', { stage, ledger, pool, timers });

    // A plan comes to its end; what was committed is published.
    new CompletePlan(this, 'CompletePlan', { stage, ledger, machines, pool, timers });
    new ProjectLedger(this, 'ProjectLedger', { stage, bus, ledger, timers });
    const audit = new AuditLog(this, 'AuditLog', { stage, ledger });
    new AuditAssets(this, 'AuditAssets', { stage, ledger });
    new ForecastDemand(this, 'ForecastDemand', { stage, bus, ledger });

    // People and their tools look at all of it, and operators step in.
    const monitoring = new MonitoringApi(this, 'MonitoringApi', {
      ...{ stage, agentApi: api, ledger, tokens, machines, pool, timers },
    });

    const { oidc } = stage;
    const signIn =
      oidc && new SignInApi(this, 'SignInApi', { ...{ stage, agentApi: api, oidc }, serve: monitoring.serve });

    // What is not wanted gets no further than the edge.
    if (stage.target === 'aws') {
      const wall = new WebAcl(this, 'WebAcl', { stage });
      wall.guard('Agents', api.api);
      wall.guard('Monitoring', monitoring.api);
      wall.guard('Keys', keys.api);
      if (enrolled) wall.guard('EnrolledAgents', enrolled.api);
      if (signIn) wall.guard('SignIn', signIn.api);
    }

    new TraceSampling(this, 'TraceSampling', { stage });

    this.#output({
      LedgerTable: ledger.table.tableName,
      EventBusName: bus.eventBus.eventBusName,
      PoolQueueUrl: pool.queue.queueUrl,
      ApiUrl: api.url,
      TimerQueueUrl: timers.queue.queueUrl,
      PlanMachinePrefix: machines.prefix,
      PlanMachineRoleArn: machines.role.roleArn,
      PlanMachineLogGroupArn: machines.logGroup.logGroupArn,
      CompletePlanFunction: machines.completePlanFunction,
      Region: this.region,
      AuditLogBucket: audit.bucket.bucketName,
      AuditLogKeyArn: audit.key.keyArn,
      TokenKeyArn: tokens.key.keyArn,
      TrustDomain: tokens.trustDomain,
      KeysUrl: keys.url,
      AuditPolicyArn: audit.auditPolicy.managedPolicyArn,
      TransformAgentId: transformAgent.agentId,
      AgentPolicyArn: agentPolicy.policy.managedPolicyArn,
      MonitoringApiUrl: monitoring.url,
      MonitorPolicyArn: monitoring.monitorPolicy.managedPolicyArn,
      OperatePolicyArn: monitoring.operatePolicy.managedPolicyArn,
      ...(assets && { AssetRoleArn: assets.roleArn }),
      ...(enrolled && { EnrolledAgentsApiUrl: enrolled.url }),
      ...(signIn && { SignInApiUrl: signIn.url }),
    });
  }

  #output(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
