/** Where everything lies in the table. */
export const STATE = 'STATE';
export const eventSort = (version: number): string => `EVENT#${String(version).padStart(8, '0')}`;
export const ticketKey = (id: string): string => `TICKET#${id}`;
export const planKey = (id: string): string => `PLAN#${id}`;
export const rejectionKey = (digest: string): string => `REJECTION#${digest}`;
export const poolKey = (pool: string): string => `POOL#${pool}`;
export const POOLS = 'POOLS';
export const agentKey = (id: string): string => `AGENT#${id}`;
