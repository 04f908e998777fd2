/** Where everything lies in the table. */
export {
  healthAggregate as healthKey,
  incidentAggregate as incidentKey,
  planAggregate as planKey,
  rejectionAggregate as rejectionKey,
  STRATEGY_AGGREGATE as STRATEGY_KEY,
  ticketAggregate as ticketKey,
} from '../../core/ledger/aggregate.ts';

export const STATE = 'STATE';
export const eventSort = (version: number): string => `EVENT#${String(version).padStart(8, '0')}`;
export const poolKey = (pool: string): string => `POOL#${pool}`;
export const POOLS = 'POOLS';
export const sharesKey = (pool: string): string => `SHARES#${pool}`;
export const agentKey = (id: string): string => `AGENT#${id}`;
export const trailKey = (pool: string, epoch: number): string => `TRAIL#${pool}#${epoch}`;
/** An agent's id has no `#`. */
export const trailSort = (agentId: string, taskType: string): string => `${agentId}#${taskType}`;
