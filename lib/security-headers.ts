/** lib/ knows functions by their contracts: the headers are named once, by the one that answers most. */
export { SECURITY_HEADERS } from '../lambdas/serve-api/contract.ts';
