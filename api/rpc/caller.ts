/** Who calls: known to the edge that took the call, and handed on beside the request, never within it. */
import {
  type ContextValues,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect';
import { HiveError } from '../../core/errors.ts';

/** Asked for only where it matters; throws when nobody is known. */
export type Caller = () => string;

const nobody: Caller = () => {
  throw new HiveError('CALLER_UNKNOWN', 'Nobody is named as the caller: sign the call with your AWS credentials.', {
    status: 401,
  });
};
const caller = createContextKey<Caller>(nobody, { description: 'who calls' });

/** Whether the call may come in at all; throws where it may not. */
export type Admission = () => Promise<void>;
const admission = createContextKey<Admission>(async () => {}, { description: 'whether it may come in' });

export const calledBy = (who: Caller, admit?: Admission): ContextValues => {
  const values = createContextValues().set(caller, who);
  return admit === undefined ? values : values.set(admission, admit);
};

/** Told as any other error of the method is. */
export const askAdmission: Interceptor = (next) => async (request) => {
  await request.contextValues.get(admission)();
  return next(request);
};

/** @throws HiveError CALLER_UNKNOWN (401) when the edge said nothing; else what the edge throws */
export const callerOf = ({ values }: HandlerContext): string => values.get(caller)();
