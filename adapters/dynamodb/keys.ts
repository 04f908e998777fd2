/** Where everything lies in the ledger's table. `parent` and `parent_sort` are the keys of the index `by_parent`. */
export {
  healthAggregate as healthKey,
  incidentAggregate as incidentKey,
  planAggregate as planKey,
  rejectionAggregate as rejectionKey,
  STRATEGY_AGGREGATE as STRATEGY_KEY,
  ticketAggregate as ticketKey,
} from '../../core/ledger/aggregate.ts';

export const STATE = 'STATE';
export const BY_PARENT = 'by_parent';

const VERSION_DIGITS = 8;
export const eventSort = (version: number): string => `EVENT#${String(version).padStart(VERSION_DIGITS, '0')}`;

export const poolKey = (pool: string): string => `POOL#${pool}`;
export const POOLS = 'POOLS';
export const sharesKey = (pool: string): string => `SHARES#${pool}`;
export const agentKey = (id: string): string => `AGENT#${id}`;
export const capabilityKey = (capability: string): string => `CAPABILITY#${capability}`;
export const tallyKey = (series: string): string => `TALLY#${series}`;
export const bucketKey = (bucket: string): string => `GUARD#${bucket}`;
export const failuresKey = (breaker: string): string => `FAILURES#${breaker}`;
export const markKey = (digest: string): string => `MARK#${digest}`;
export const PENDING_LOG = 'LOG#pending';
/** epoch ms as text that sorts */
export const momentSort = (at: number): string => String(at).padStart(15, '0');
/** epoch s after which DynamoDB deletes an item */
export const EXPIRES_AT = 'expires_at_s';
export const trailKey = (pool: string, epoch: number): string => `TRAIL#${pool}#${epoch}`;
/** An agent's id has no `#`. */
export const trailSort = (agentId: string, taskType: string): string => `${agentId}#${taskType}`;
export const ALL_PLANS = 'PLANS';
export const ALL_INCIDENTS = 'INCIDENTS';
/** sorts plans and incidents by when they came: epoch ms */
export const timeSort = (at: number, id: string): string => `${String(at).padStart(15, '0')}#${id}`;
