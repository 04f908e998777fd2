/** How a call that fails is told over RPC: a Connect code for machines that know only those, and our own stable code. */
import type { JsonObject } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import type { HiveError } from '../../core/errors.ts';
import { problemOf } from '../../core/problem.ts';
import { ProblemSchema } from './generated/neural_hive/v1/common_pb.js';

/** The metadata (an HTTP header or trailer) that carries the stable code of every refusal of ours. */
export const CODE_METADATA = 'hive-error-code';

/**
 * As google.rpc.Code describes them. A conflict with what is stored is FAILED_PRECONDITION, since calling again changes
 * nothing until the plan or ticket does; only a lost race is ABORTED, which says: call again.
 */
const BY_STATUS: Readonly<Record<number, Code>> = {
  400: Code.InvalidArgument,
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.NotFound,
  409: Code.FailedPrecondition,
  410: Code.FailedPrecondition,
  412: Code.FailedPrecondition,
  413: Code.ResourceExhausted,
  429: Code.ResourceExhausted,
  500: Code.Internal,
  501: Code.Unimplemented,
  503: Code.Unavailable,
  504: Code.DeadlineExceeded,
};
const BY_CODE: Readonly<Record<string, Code>> = { COMMIT_CONFLICT: Code.Aborted };

export const connectCodeOf = ({ code, status }: Pick<HiveError, 'code' | 'status'>): Code =>
  BY_CODE[code] ?? BY_STATUS[status] ?? (status < 500 ? Code.InvalidArgument : Code.Internal);

/** What is not ours to explain is told to `onFault`, and to the caller as INTERNAL with nothing of its inside. */
export function toConnectError(thrown: unknown, onFault: (error: unknown) => void): ConnectError {
  if (thrown instanceof ConnectError) return thrown;
  const { code, status, detail, context } = problemOf(thrown);
  if (status >= 500) onFault(thrown);
  return new ConnectError(
    detail.toWellFormed(),
    connectCodeOf({ code, status }),
    { [CODE_METADATA]: code },
    [{ desc: ProblemSchema, value: { code, status, detail: detail.toWellFormed(), context: asJson(context) } }],
    thrown,
  );
}

/** Members that JSON does not know are left out, as in the REST API's answers; text that UTF-8 cannot say is mended. */
const asJson = (context: object): JsonObject =>
  JSON.parse(JSON.stringify(context), (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  ) as JsonObject;

/** Every error of a method, also in the middle of a stream, leaves as `toConnectError` says. */
export function tellErrors(onFault: (error: unknown) => void): Interceptor {
  return (next) => async (request) => {
    const tell = (error: unknown): ConnectError =>
      // Writing to a client that has gone fails: that is no fault, and nobody is there to hear of it.
      request.signal.aborted ? ConnectError.from(error, Code.Canceled) : toConnectError(error, onFault);
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: told(response.message, tell) } : response;
    } catch (error) {
      throw tell(error);
    }
  };
}

async function* told<T>(messages: AsyncIterable<T>, tell: (error: unknown) => ConnectError): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw tell(error);
  }
}
