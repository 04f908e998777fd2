/** Where everything lies in the table. */
export {
  incidentAggregate as incidentKey,
  planAggregate as planKey,
  rejectionAggregate as rejectionKey,
  ticketAggregate as ticketKey,
} from '../../core/ledger/aggregate.ts';

export const STATE = 'STATE';
export const eventSort = (version: number): string => `EVENT#${String(version).padStart(8, '0')}`;
export const poolKey = (pool: string): string => `POOL#${pool}`;
export const POOLS = 'POOLS';
export const agentKey = (id: string): string => `AGENT#${id}`;
