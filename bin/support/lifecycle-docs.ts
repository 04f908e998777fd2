/** docs/lifecycle.md, made from the state machines' own tables and settings: `npm run docs`. A test keeps it current. */
import { RISK_BANDS } from '../../core/messages/primitives.ts';
import { COMPENSATION_DEADLINE_MS } from '../../core/plan/compensation.ts';
import { PLAN_SETTINGS } from '../../core/plan/limits.ts';
import { PLAN_PHASE_MEANINGS } from '../../core/plan/phase-meanings.ts';
import { isPlanEnded, type PlanState } from '../../core/plan/state.ts';
import { PLAN_TRANSITIONS } from '../../core/plan/transitions.ts';
import { LEASE_MS } from '../../core/ticket/lease.ts';
import { TICKET_PHASE_MEANINGS } from '../../core/ticket/phase-meanings.ts';
import { REMIND_AT } from '../../core/ticket/remind.ts';
import { RETRY_SETTINGS } from '../../core/ticket/retry.ts';
import { isTerminal, type TicketState } from '../../core/ticket/state.ts';
import { TICKET_TRANSITIONS } from '../../core/ticket/transitions.ts';
import { STATUS_OF_PHASE } from '../../core/ticket/view.ts';

interface Transitions {
  readonly [event: string]: { readonly from: readonly string[]; readonly to: string };
}

/** Mermaid (https://mermaid.js.org/syntax/stateDiagram.html): an arrow per pair of phases, its events on it. */
function diagram(first: string, begun: string, transitions: Transitions, ends: readonly string[]): string {
  const arrows = new Map<string, string[]>();
  for (const [event, { from, to }] of Object.entries(transitions))
    for (const phase of to === 'same' ? [] : from) {
      const arrow = `${phase} --> ${to}`;
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), event]);
    }
  return [
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${first}: ${begun}`,
    ...[...arrows].map(([arrow, events]) => `  ${arrow}: ${events.join(', ')}`),
    ...ends.map((phase) => `  ${phase} --> [*]`),
    '```',
  ].join('\n');
}

const staying = (transitions: Transitions): string[] =>
  Object.entries(transitions).flatMap(([event, { from, to }]) =>
    to === 'same' ? [`- \`${event}\`: ${from.map((phase) => `\`${phase}\``).join(', ')}`] : [],
  );

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const time = (ms: number): string => {
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000} d`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
};

export function lifecycleDocs(): string {
  const phases = Object.keys(TICKET_PHASE_MEANINGS) as (keyof typeof TICKET_PHASE_MEANINGS)[];
  const planPhases = Object.keys(PLAN_PHASE_MEANINGS) as (keyof typeof PLAN_PHASE_MEANINGS)[];
  // While it is undone, something still happens to it.
  const ends = phases.filter((phase) => isTerminal({ phase } as TicketState) && phase !== 'compensating');
  const planEnds = planPhases.filter((phase) => isPlanEnded({ phase } as PlanState));
  return `# The life of a ticket and of a plan

Made from the tables that the reducers go by; do not edit (\`npm run docs\`). What is not drawn here is refused, with the
phase and the event named.

## Ticket
${diagram('created', 'TicketCreated', TICKET_TRANSITIONS, ends)}

Events that leave a ticket in its phase:

${staying(TICKET_TRANSITIONS).join('\n')}

From the outside a ticket has one of six statuses:

${table(
  ['phase', 'status', 'meaning'],
  phases.map((phase) => [`\`${phase}\``, STATUS_OF_PHASE[phase], TICKET_PHASE_MEANINGS[phase]]),
)}

${attempts()}

## Plan
${diagram('received', 'PlanReceived', PLAN_TRANSITIONS, planEnds)}

Events that leave a plan in its phase:

${staying(PLAN_TRANSITIONS).join('\n')}

${table(
  ['phase', 'meaning'],
  planPhases.map((phase) => [`\`${phase}\``, PLAN_PHASE_MEANINGS[phase]]),
)}

${failure()}
`;
}

function attempts(): string {
  const { base_ms, cap_ms, unclaimed_base_ms } = RETRY_SETTINGS;
  const { bands, min_timeout_ms, timeout_factor } = PLAN_SETTINGS;
  const rows = RISK_BANDS.map((band) => [
    band,
    String(bands[band].max_retries),
    time(base_ms[band]),
    time(bands[band].cap_ms),
  ]);
  return `## Attempts
An assignment is an attempt. Its number only rises, and every call of an agent names it: whoever holds an older one is
refused, and what it reports late is kept as \`ReportRefused\` and does not count.

- **Lease**: ${time(LEASE_MS)}, or three heartbeat intervals of the agent where that is longer. Within it the agent claims what was
  assigned to it, and from then on gives a sign of life; one heartbeat of the agent keeps all its leases. An attempt without
  one is lost.
- **People** give no sign of life. A ticket is theirs for its attempt timeout, which counts from the assignment: they claim and
  finish it within that, or lose it. At ${REMIND_AT.map((part) => `${part * 100} %`).join(' and at ')} of it they are reminded (\`TicketReminded\`), once each.
- **Attempt timeout**: ${timeout_factor} × the estimate, at least ${time(min_timeout_ms)}, at most what the band allows. It counts from the claim; for people, see above.
- **Retry**: an attempt that failed or was lost after its claim uses up one retry of the band. An assignment that nobody
  claimed uses up none: nothing has run. A failure that the agent calls not retryable is for good. What an operator takes
  away from an agent is tried again in any case.
- **Handed back**: whoever has a ticket may give it back undone (not a claimed \`AT_MOST_ONCE\` one). That has not failed either, and
  uses up no retry.
- **Backoff**: a uniformly random time (full jitter) below a ceiling that begins with the band's and doubles with each
  failure, up to ${time(cap_ms)}; after an assignment that nobody claimed, or that was handed back, the ceiling begins with ${time(unclaimed_base_ms)}.
- **Another agent**: those that the last attempts failed on are avoided for a while, where there is another one.
- **Delivery**: \`AT_MOST_ONCE\` is never tried again after a claim. \`AT_LEAST_ONCE\` and \`EXACTLY_ONCE\` are; an outcome is
  accepted once, and the claim's \`idempotency_key\` is the same for every attempt, for the agent to hand on.

${table(['risk band', 'retries', 'first backoff below', 'attempt timeout at most'], rows)}

All of these are "look again at T": a timer that reads the ticket and does what is due. It is set before the commit that
makes something due, so a crash in between leaves a timer too many, never one too few.`;
}

const failure = (): string => `## When a ticket has failed for good
The plan's \`on_failure\` says what becomes of it:

- \`compensate\`: open tickets are cancelled, their agents told and fenced. Then each completed task that declares a
  \`compensation\` is undone by a ticket of its own (\`undo:<task_id>\`), in the exact reverse of the plan's order, through the
  same pools, with retries of its own and ${time(COMPENSATION_DEADLINE_MS)} of time. One that fails for good opens an incident and waits in
  \`awaiting_person\`. \`hive plan compensation FILE --if TASK\` tells beforehand what would be undone.
- \`halt\`: tickets that no agent has begun go back to \`created\`, what runs may finish, and an incident is opened. Once the
  cause is mended an operator redrives the plan: another execution of the same shape, which finished tickets answer at once.
- \`continue\`: what depends on the failed ticket is cancelled, the rest is finished, and the plan ends as \`failed\`.`;
