/** Any error as problem details (RFC 9457): our own as they are, anything else with nothing of its inside. */
import { HiveError } from './errors.ts';
import type { Problem } from './messages/agent-api.ts';

export function problemOf(error: unknown): Problem {
  const known = error instanceof HiveError ? error : undefined;
  const code = known?.code ?? 'INTERNAL';
  return {
    type: `urn:neural-hive:problem:${code}`,
    title: code,
    status: known?.status ?? 500,
    code,
    detail: known?.message ?? 'Something went wrong on our side: call again, then tell the operators.',
    context: { ...known?.detail },
  };
}
