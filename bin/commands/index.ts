/** Every command, in the order of `hive --help`. */
import type { Definition } from '../support/command.ts';
import { accessBreakGlass, accessGrant, accessRevoke } from './access/changes.ts';
import { accessList, accessRefusals, accessSignals, accessWhoAmI } from './access/looks.ts';
import { agentDrain, agentQuarantine, agentRelease, agentUndrain } from './agent/drain.ts';
import { agentEnrol, agentEnrolments, agentRevoke, agentWithdraw } from './agent/enrol.ts';
import { agentHandOver } from './agent/hand-over.ts';
import { agentReplay } from './agent/replay.ts';
import { agentRun } from './agent/run.ts';
import { agents } from './agents.ts';
import { apiServe } from './api/serve.ts';
import { assetsCheck, assetsImport, assetsPut, assetsRetire } from './assets/changes.ts';
import { assetsAudit, assetsExport, assetsList, assetsShow } from './assets/looks.ts';
import { auditExport } from './audit/export.ts';
import { auditShow } from './audit/show.ts';
import { auditVerify } from './audit/verify.ts';
import { calibration } from './calibration.ts';
import { demand } from './demand.ts';
import { down } from './down.ts';
import { explain } from './explain.ts';
import { guardsList } from './guards/list.ts';
import { guardsReset } from './guards/reset.ts';
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
import { policyApprove, policyRollBack, policyShadow } from './policy/change.ts';
import { policyPropose } from './policy/propose.ts';
import { policyList, policyShow } from './policy/show.ts';
import { policyTest } from './policy/test.ts';
import { policyWhatIf } from './policy/what-if.ts';
import { regret } from './regret.ts';
import { replay } from './replay.ts';
import { simulate } from './simulate.ts';
import { status } from './status.ts';
import { submit } from './submit.ts';
import { ticket } from './ticket.ts';
import { tickets } from './tickets.ts';
import { tokenIntrospect, tokenKeys, tokenRevoke, tokenRevokeKey, tokenRotate } from './token/operate.ts';
import { tokenVerify } from './token/verify.ts';
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
    title: 'Catalogue',
    parent: 'assets',
    fallback: 'list',
    about:
      'hive assets alone is hive assets list. What tasks touch is catalogued; what is not, or does not conform, is not called.',
    commands: [
      ...[assetsList, assetsShow, assetsPut, assetsImport],
      ...[assetsCheck, assetsRetire, assetsAudit, assetsExport],
    ],
  },
  {
    title: 'Audit',
    parent: 'audit',
    about:
      'What was decided and done, provable afterwards: a log of all events under heads that are signed every minute.',
    commands: [auditShow, auditExport, auditVerify],
  },
  {
    title: 'Policies',
    parent: 'policy',
    about: 'Who may do what, as data: proposed, approved by another than the author, tried in shadow, rolled back.',
    commands: [
      ...[policyTest, policyWhatIf, policyList, policyShow],
      ...[policyPropose, policyApprove, policyRollBack, policyShadow],
    ],
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
  {
    title: 'Tokens',
    parent: 'token',
    about:
      'What an agent shows for the attempt that it runs: a JWT-SVID, good for one ticket, one attempt and one agent.',
    commands: [tokenVerify, tokenIntrospect, tokenRevoke, tokenKeys, tokenRotate, tokenRevokeKey],
  },
  {
    title: 'Guards',
    parent: 'guards',
    fallback: 'list',
    about: 'hive guards alone is hive guards list.',
    commands: [guardsList, guardsReset],
  },
  { title: 'What-if', commands: [simulate] },
  { title: 'Plan files', parent: 'plan', commands: [planCheck, planCompile, planCompensation, planGraph, planImport] },
  {
    title: 'Agents',
    parent: 'agent',
    commands: [
      ...[agentRun, agentReplay, agentDrain, agentUndrain],
      ...[agentEnrol, agentEnrolments, agentWithdraw, agentRevoke],
      ...[agentQuarantine, agentRelease, agentHandOver],
    ],
  },
  { title: 'Monitoring API', parent: 'api', commands: [apiServe] },
];
