/** Faults planted in the core, one at a time, that the simulation has to find: each a text that occurs once, and another. */

export interface Mutant {
  readonly name: string;
  /** below `core/` */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a stale attempt is as good as the one that runs',
    file: 'ticket/fence.ts',
    from: 'if (attempt !== state.attempt)',
    to: 'if (false)',
  },
  {
    name: "another agent's word counts",
    file: 'ticket/fence.ts',
    from: 'if (agent_id !== state.agent_id)',
    to: 'if (false)',
  },
  {
    name: 'any claim may speak for the attempt',
    file: 'ticket/fence.ts',
    from: 'if (held.claim_digest !== claimDigest(fence.claim_id, sha256))',
    to: 'if (false)',
  },
  {
    name: 'a report does not free the slot',
    file: 'ticket/report.ts',
    from: "      { kind: 'free_slot', agent_id, ticket_id: ticket.spec.ticket_id, attempt_was: 'answered' },\n",
    to: '',
  },
  {
    name: 'a failed attempt does not free the slot',
    file: 'ticket/fail-attempt.ts',
    from: "        { kind: 'free_slot', agent_id, ticket_id, ...(operator ? {} : ATTEMPT_WAS[cause]) },\n",
    to: '',
  },
  {
    name: 'a ticket that is taken out of the queue leaves its entry',
    file: 'ticket/leave.ts',
    from: "if (state.phase === 'ready') return [{ kind: 'dequeue', entry: { pool: state.pool, key: state.queue_key } }];",
    to: '',
  },
  {
    name: 'a cancelled ticket keeps its slot',
    file: 'ticket/leave.ts',
    from: "return [{ kind: 'free_slot', agent_id: state.agent_id, ticket_id: state.ticket_id }];",
    to: 'return [];',
  },
  {
    name: 'an assignment leaves the queue as it is',
    file: 'schedule/assign.ts',
    from: "      ...(ready === undefined ? [{ kind: 'dequeue' as const, entry }] : []),\n",
    to: '',
  },
  {
    name: 'an assignment takes no slot',
    file: 'schedule/assign.ts',
    from: "      { kind: 'hold_slot', agent_id, ticket_id, plan_id, task_id, attempt, ...work },\n",
    to: '',
  },
  {
    name: "the claim's timer is set after the commit",
    file: 'schedule/assign.ts',
    from: `    await timers.set({ kind: 'ticket', id: ticket_id, at: look ?? now + lease_ms });
    try {
      await ledger.commit(writes);`,
    to: `    try {
      await ledger.commit(writes);
      await timers.set({ kind: 'ticket', id: ticket_id, at: look ?? now + lease_ms });`,
  },
  {
    name: 'a look that comes before the time is the last one',
    file: 'ticket/look.ts',
    from: "        await timers.set({ kind: 'ticket', id: ticketId, at: reminder?.at ?? due.at });\n",
    to: '',
  },
  {
    name: 'nobody looks again after a reminder',
    file: 'ticket/look.ts',
    from: "    await timers.set({ kind: 'ticket', id: ticket_id, at: reminderOf(after, now)?.at ?? due_at });\n",
    to: '',
  },
  {
    name: 'people are reminded too early',
    file: 'ticket/remind.ts',
    from: 'from + Math.round(part * (due_at - from))',
    to: 'from + Math.round(0.9 * part * (due_at - from))',
  },
  {
    name: 'what is handed back uses up a retry',
    file: 'ticket/reducer.ts',
    from: "  if (cause === 'handed_back') return { handed_back: (state.handed_back ?? 0) + 1 };\n",
    to: '',
  },
  {
    name: 'a claimed AT_MOST_ONCE ticket can be handed back',
    file: 'ticket/hand-back.ts',
    from: " && spec.qos.delivery_mode !== 'AT_MOST_ONCE'",
    to: '',
  },
  {
    name: 'signs of life renew no lease',
    file: 'ticket/look.ts',
    from: 'Math.max(state.started_at, touched_at ?? 0)',
    to: 'state.started_at',
  },
  {
    name: "an agent's heartbeat renews nothing",
    file: 'swarm/touch-running.ts',
    from: 'if (await ledger.touchTicket(ticket_id, claim, now)) return;',
    to: '',
  },
  {
    name: 'a backoff is over at once',
    file: 'ticket/look.ts',
    from: 'return { at: state.retry_at,',
    to: 'return { at: state.since,',
  },
  {
    name: 'AT_MOST_ONCE is retried',
    file: 'ticket/retry.ts',
    from: " || spec.qos.delivery_mode === 'AT_MOST_ONCE'",
    to: '',
  },
  {
    name: 'one retry too many',
    file: 'ticket/retry.ts',
    from: 'state.failures >= spec.sla.max_retries',
    to: 'state.failures > spec.sla.max_retries',
  },
  {
    name: 'what would fail again is retried',
    file: 'ticket/retry.ts',
    from: '!failure.retryable || ',
    to: '',
  },
  {
    name: 'failures are not counted',
    file: 'ticket/reducer.ts',
    from: '{ failures: state.failures + 1 } : { unclaimed',
    to: '{ failures: state.failures } : { unclaimed',
  },
  {
    name: 'compensations wait the wrong way round',
    file: 'plan/compensation.ts',
    from: 'const gated_by = after.map(undoOf);',
    to: 'const gated_by = releases.get(original) ?? [];',
  },
  {
    name: 'what failed is undone too',
    file: 'plan/compensate.ts',
    from: " && state.phase !== 'failed'",
    to: '',
  },
  {
    name: 'a paused plan goes on',
    file: 'schedule/hold-back.ts',
    from: "if (phase === 'paused') return { type: 'TicketDeferred' };",
    to: "if (phase === 'paused') return undefined;",
  },
  {
    name: 'a halted plan goes on',
    file: 'schedule/hold-back.ts',
    from: "if (phase === 'halted') return { type: 'TicketWithdrawn', reason: 'its plan has halted' };",
    to: "if (phase === 'halted') return undefined;",
  },
  {
    name: 'gates are open from the beginning',
    file: 'plan/mint.ts',
    from: 'gated_by: (gatedBy.get(task.task_id) ?? []).map(ticketId),',
    to: 'gated_by: [],',
  },
  {
    name: 'a ticket that is done leaves a second machine waiting',
    file: 'schedule/enter.ts',
    from: '        await answerMachine(machines, ticket, [task_token]);\n',
    to: '',
  },
  {
    name: 'a machine is told nothing when its ticket ends',
    file: 'ticket/settle.ts',
    from: '      answerMachine(machines, ticket, task_tokens),\n',
    to: '',
  },
  {
    name: 'machines walk past tickets that were cancelled with their plan',
    file: 'ticket/answer-machine.ts',
    from: ' && state.after_failure !== undefined',
    to: '',
  },
  {
    name: 'what depends on a failure is not cancelled',
    file: 'ticket/settle.ts',
    from: "    if (state.phase === 'failed' && spec.on_failure === 'continue') await cancelDependants(ticket);\n",
    to: '',
  },
  {
    name: 'a plan that ended while it was accepted keeps its tickets open',
    file: 'plan/accept.ts',
    from: "    if (state !== undefined && isPlanEnded(state) && !('accepted_at' in state)) await cancelMinted(plan);\n",
    to: '',
  },
  {
    name: 'nobody is asked for approval',
    file: 'plan/accept.ts',
    from: `      if (reasons.length > 0) {
        await timers`,
    to: `      if (false) {
        await timers`,
  },
  {
    name: 'a plan is undone when all but one is',
    file: 'ticket/finish-compensation.ts',
    from: 'if (undone.length < compensations) return [];',
    to: 'if (undone.length < compensations - 1) return [];',
  },
  {
    name: 'a plan fails with its tickets open',
    file: 'plan/fail.ts',
    from: "      await cancelOpenTickets(before, operator === undefined ? 'the plan has failed' : 'the plan was cancelled');\n",
    to: '',
  },
  {
    name: 'a plan completes when its machine says so',
    file: 'plan/complete.ts',
    from: 'const done = tasks.every(isDone) && tasks.length === tickets;',
    to: 'const done = tasks.length === tickets;',
  },
  {
    name: 'executions are not looked at',
    file: 'plan/look.ts',
    from: '      await lookAtExecution(state);\n',
    to: '',
  },
  {
    name: 'a lagging index is believed',
    file: 'ticket/cancel-dependants.ts',
    from: 'plan?.tickets ?? 0)',
    to: '0)',
  },
  {
    name: 'an event is hashed without the one before',
    file: 'ledger/chain.ts',
    from: 'prev_hash: head.hash };',
    to: "prev_hash: '' };",
  },
  {
    name: 'what an operator takes away counts as failed',
    file: 'ticket/reducer.ts',
    from: "if (cause === 'operator' || cause === 'revoked') return {};",
    to: 'if (false) return {};',
  },
  {
    name: 'a ticket that is done leaves no trail',
    file: 'ticket/report.ts',
    from: '      ...deposits(ticket.spec, event, now),\n',
    to: '',
  },
  {
    name: 'an attempt that failed leaves no trail',
    file: 'ticket/fail-attempt.ts',
    from: '        ...deposits(spec, event, now),\n',
    to: '',
  },
];
