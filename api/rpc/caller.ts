/** Who calls: known to the edge that took the call, and handed on beside the request, never within it. */
import { type ContextValues, createContextKey, createContextValues, type HandlerContext } from '@connectrpc/connect';
import { HiveError } from '../../core/errors.ts';

/** Asked for only where it matters; throws when nobody is known. */
export type Caller = () => string;

const nobody: Caller = () => {
  throw new HiveError('CALLER_UNKNOWN', 'Nobody is named as the caller: sign the call with your AWS credentials.', {
    status: 401,
  });
};
const caller = createContextKey<Caller>(nobody, { description: 'who calls' });

export const calledBy = (who: Caller): ContextValues => createContextValues().set(caller, who);

/** @throws HiveError CALLER_UNKNOWN (401) when the edge said nothing; else what the edge throws */
export const callerOf = ({ values }: HandlerContext): string => values.get(caller)();
