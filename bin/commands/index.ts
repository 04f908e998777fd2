/** Every command, in the order of `hive --help`. */
import type { Definition } from '../support/command.ts';
import { accessBreakGlass, accessGrant, accessRevoke } from './access/changes.ts';
import { accessList, accessRefusals, accessSignals, accessWhoAmI } from './access/looks.ts';
import { agentDrain, agentUndrain } from './agent/drain.ts';
import { agentReplay } from './agent/replay.ts';
import { agentRun } from './agent/run.ts';
import { agents } from './agents.ts';
import { apiServe } from './api/serve.ts';
import { auditExport } from './audit/export.ts';
import { auditShow } from './audit/show.ts';
import { auditVerify } from './audit/verify.ts';
import { calibration } from './calibration.ts';
import { demand } from './demand.ts';
import { down } from './down.ts';
import { explain } from './explain.ts';
import { inboxList } from './inbox/list.ts';
import { inboxJoin, inboxLeave } from './inbox/membership.ts';
import { inboxClaim, inboxDone, inboxFail, inboxHandBack } from './inbox/ticket-verbs.ts';
import { incident, incidents, resolve } from './operate/incidents.ts';
import { approve, cancel, pause, redrive, reject, resume } from './operate/plan-verbs.ts';
import { strategy } from './operate/strategy.ts';
import { retry, skip } from './operate/ticket-verbs.ts';
import { planCheck } from './plan/check.ts';
import { planCompensation } from './plan/compensation.ts';
import { planCompile } from './plan/compile.ts';
import { planGraph } from './plan/graph.ts';
import { planImport } from './plan/import.ts';
import { plans } from './plans.ts';
import { regret } from './regret.ts';
import { replay } from './replay.ts';
import { simulate } from './simulate.ts';
import { status } from './status.ts';
import { submit } from './submit.ts';
import { ticket } from './ticket.ts';
import { tickets } from './tickets.ts';
import { up } from './up.ts';
import { watch } from './watch.ts';

export interface Group {
  readonly title: string;
  /** the word before the command: `hive plan check` */
  readonly parent?: string;
  /** the command that the parent alone stands for */
  readonly fallback?: string;
  /** more about the parent, below the title */
  readonly about?: string;
  readonly commands: readonly Definition[];
}

export const GROUPS: readonly Group[] = [
  { title: 'Local AWS', commands: [up, down, status] },
  {
    title: 'Plans under way',
    commands: [submit, watch, plans, tickets, ticket, explain, replay, regret, calibration, demand, agents],
  },
  {
    title: 'Operating',
    commands: [pause, resume, cancel, redrive, approve, reject, retry, skip, incidents, incident, resolve, strategy],
  },
  {
    title: 'People',
    parent: 'inbox',
    fallback: 'list',
    about:
      'hive inbox alone is hive inbox list. Somebody joins once, then claims what is theirs, and reports how it went.',
    commands: [inboxList, inboxClaim, inboxDone, inboxFail, inboxHandBack, inboxJoin, inboxLeave],
  },
  {
    title: 'Audit',
    parent: 'audit',
    about:
      'What was decided and done, provable afterwards: a log of all events under heads that are signed every minute.',
    commands: [auditShow, auditExport, auditVerify],
  },
  {
    title: 'Access',
    parent: 'access',
    about: 'Who may what, what was refused, and what that is a sign of.',
    commands: [
      ...[accessWhoAmI, accessList, accessGrant, accessRevoke, accessBreakGlass],
      ...[accessRefusals, accessSignals],
    ],
  },
  { title: 'What-if', commands: [simulate] },
  { title: 'Plan files', parent: 'plan', commands: [planCheck, planCompile, planCompensation, planGraph, planImport] },
  { title: 'Agents', parent: 'agent', commands: [agentRun, agentReplay, agentDrain, agentUndrain] },
  { title: 'Monitoring API', parent: 'api', commands: [apiServe] },
];
