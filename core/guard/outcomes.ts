/** What events of tickets say of the agents and assets that attempts used. */
import type { Recorded } from '../ledger/chain.ts';
import type { FailureCause } from '../ticket/state.ts';
import { touchedName } from '../ticket/touched.ts';
import { agentBreaker, assetBreaker, type Outcome } from './breaker.ts';

/**
 * An attempt's error code of this beginning says that an asset failed and not the agent: `ASSET_UNAVAILABLE:<asset id>`, which
 * is all that the ticket names of it, or `ASSET_UNAVAILABLE:<asset id> GET /users/{id}`.
 */
export const ASSET_UNAVAILABLE = 'ASSET_UNAVAILABLE';

/** Somebody wanted the attempt to end: that says nothing of what it used. */
const WANTED: readonly FailureCause[] = ['handed_back', 'operator', 'revoked', 'taken_back'];

interface AttemptEnd {
  readonly type: string;
  readonly agent_id?: string;
  readonly attempt?: number;
  readonly cause?: FailureCause;
  readonly error_code?: string;
  /** what of the catalogue the ticket touches: `touchedOf` */
  readonly assets?: readonly string[];
}

const ENDS: readonly string[] = [
  ...['TicketCompleted', 'AttemptFailed', 'TicketFailed', 'TicketEscalated'],
  // Taken from whoever had it, which says nothing of what it used: a trial that it was is over.
  ...['TicketCancelled', 'TicketSkipped'],
];

/** Nothing where the event ends no attempt. The same of the same event, however often it comes. */
export function outcomesOf({ aggregate, version, at, subject, event }: Recorded): Outcome[] {
  const end = event as AttemptEnd;
  const { agent_id, attempt } = end;
  if (!ENDS.includes(end.type) || agent_id === undefined || attempt === undefined) return [];
  const common = {
    ...{ event: `${aggregate}@${version}`, ticket_id: subject.ticket_id ?? '', attempt, at },
  };
  const blamed = blamedAsset(end);
  return [
    { ...common, key: agentBreaker(agent_id), how: howForAgent(end) },
    ...[...new Set(end.assets)].map((id) => ({ ...common, key: assetBreaker(id), how: howForAsset(end, id, blamed) })),
  ];
}

const codeOf = ({ error_code = '' }: AttemptEnd): string => error_code;

/**
 * What the error code blames, of what the ticket names; '' is all of it. An agent has no say about anything else: it would keep
 * others from what they use, and itself from being counted.
 */
function blamedAsset(end: AttemptEnd): string | undefined {
  if (!codeOf(end).startsWith(ASSET_UNAVAILABLE)) return undefined;
  const named = codeOf(end).slice(ASSET_UNAVAILABLE.length + 1);
  const [, asset_id = named, endpoint] = /^(\S+) ([A-Z]+ \/.*)$/s.exec(named) ?? [];
  const blamed = touchedName({ asset_id, endpoint });
  return (end.assets ?? []).some((touched) => blamed === '' || isOf(touched, blamed)) ? blamed : undefined;
}

/** What is touched is what is blamed, or an endpoint of it. */
const isOf = (touched: string, blamed: string): boolean => touched === blamed || touched.startsWith(`${blamed} `);

function howForAgent(end: AttemptEnd): Outcome['how'] {
  if (end.type === 'TicketCompleted') return 'succeeded';
  if (end.cause === undefined || WANTED.includes(end.cause)) return 'unknown';
  return blamedAsset(end) === undefined ? 'failed' : 'unknown';
}

function howForAsset(end: AttemptEnd, id: string, blamed: string | undefined): Outcome['how'] {
  if (end.type === 'TicketCompleted') return 'succeeded';
  // Not claimed: it touched nothing.
  if (end.cause === undefined || WANTED.includes(end.cause) || end.cause === 'claim_timeout') return 'unknown';
  return blamed === undefined || blamed === '' || isOf(id, blamed) ? 'failed' : 'unknown';
}
