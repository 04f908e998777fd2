/** Who calls: known to the edge that took the call, and handed on beside the request, never within it. */
import {
  type ContextValues,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect';
import type { Admitted } from '../../core/access/guard.ts';
import { callerUnknown, type Identity } from '../../core/access/identity.ts';
import type { Entry } from '../../core/guard/admit.ts';

/** Throws when nobody is known. */
export type Who = () => Identity;

const nobody: Who = () => {
  throw callerUnknown();
};
const who = createContextKey<Who>(nobody, { description: 'whom the call is from' });
const admitted = createContextKey<Admitted | undefined>(undefined, { description: 'who calls, and that they may' });

/** Whether the call may come in at all; throws where it may not. What it answers is asked further by the guard. */
export type Admission = () => Promise<Entry | undefined>;
const admission = createContextKey<Admission>(async () => undefined, { description: 'whether it may come in' });
const entered = createContextKey<Entry | undefined>(undefined, { description: 'what is asked further' });

export const calledBy = (caller: Who, admit?: Admission): ContextValues => {
  const values = createContextValues().set(who, caller);
  return admit === undefined ? values : values.set(admission, admit);
};

/** Told as any other error of the method is. */
export const askAdmission: Interceptor = (next) => async (request) => {
  request.contextValues.set(entered, await request.contextValues.get(admission)());
  return next(request);
};

/** @throws HiveError CALLER_UNKNOWN (401) when the edge said nothing; else what the edge throws */
export const identityOf = ({ values }: Pick<HandlerContext, 'values'>): Identity => values.get(who)();

export const entryOf = ({ values }: Pick<HandlerContext, 'values'>): Entry | undefined => values.get(entered);

export const admit = ({ values }: Pick<HandlerContext, 'values'>, call: Admitted): void => {
  values.set(admitted, call);
};

/** @throws HiveError CALLER_UNKNOWN (401): no guard has let the call in */
export function admittedOf({ values }: Pick<HandlerContext, 'values'>): Admitted {
  const call = values.get(admitted);
  if (call === undefined) throw callerUnknown();
  return call;
}
