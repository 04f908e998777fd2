/**
 * A call that was refused is written down before it is told, and what it is a sign of is noticed. Each is an aggregate of
 * its own, so floods of refusals do not stand in each other's way; a call that is repeated is refused, and recorded, again.
 */
import { HiveError } from '../errors.ts';
import { refusalAggregate } from '../ledger/aggregate.ts';
import { GENESIS, record } from '../ledger/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { AccessRefused } from './events.ts';
import { listedBy, refusalsList } from './lists.ts';
import type { RecordRefusal, Refusal } from './refusal.ts';

export interface RefusalState extends Omit<AccessRefused, 'type'> {
  readonly refusal_id: string;
  /** epoch ms */
  readonly at: number;
  readonly plan_id?: string | undefined;
  readonly ticket_id?: string | undefined;
}

export interface RecordRefusalDeps {
  ledger: Pick<Ledger, 'commit'>;
  clock: Pick<Clock, 'now'>;
  sha256: Sha256;
  /** UUID v7: never twice the same */
  newId: () => string;
  /** what the refusal is a sign of */
  notice: (refusal: Refusal) => Promise<void>;
}

/** Text from outside, as much as is kept of it. */
const MAX_TEXT = 1000;
const MAX_POLICIES = 20;

/** @throws HiveError REFUSAL_NOT_RECORDED (503): the caller is refused all the same, and may call again */
export function createRecordRefusal({ ledger, clock, sha256, newId, notice }: RecordRefusalDeps): RecordRefusal {
  return async (refusal) => {
    const at = clock.now();
    const refusal_id = newId();
    const aggregate = refusalAggregate(refusal_id);
    const { plan_id, ticket_id } = refusal;
    const event = eventOf(refusal);
    const { type: _, ...facts } = event;
    const state: RefusalState = { ...facts, refusal_id, at, plan_id, ticket_id };
    const link = record(GENESIS, { aggregate, at, subject: { plan_id, ticket_id }, event }, sha256);
    const listed = { under: refusalsList(sha256(refusal_id)), by: listedBy(at, refusal_id) };
    try {
      await ledger.commit([{ kind: 'append', records: [link], state, listed }]);
      await notice(refusal);
    } catch (cause) {
      const message = 'The call is refused, and that could not be recorded: call again after a wait.';
      throw new HiveError('REFUSAL_NOT_RECORDED', message, { status: 503, cause });
    }
  };
}

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…`.toWellFormed() : text);

function eventOf(refusal: Refusal): AccessRefused {
  const { code, principal, action, resource, message, policies, policy_set, inputs, source } = refusal;
  return {
    ...{
      type: 'AccessRefused',
      code,
      action,
      principal: cut(principal),
      resource: cut(resource),
      message: cut(message),
    },
    ...(policies && { policies: policies.slice(0, MAX_POLICIES) }),
    ...(policy_set !== undefined && { policy_set }),
    ...(inputs !== undefined && { inputs }),
    ...(source !== undefined && { source: cut(source) }),
  };
}
