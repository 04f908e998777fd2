/** An agent that the API does not know, told with what to do about it. */
import { HiveError } from '../../../core/errors.ts';
import { refuse } from '../../support/errors.ts';
import { echo } from '../../support/text.ts';

/** For `catch`: any other error is thrown as it is. */
export const orUnknown =
  (agentId: string) =>
  (error: unknown): never => {
    if (!(error instanceof HiveError && error.code === 'AGENT_UNKNOWN')) throw error;
    throw refuse('AGENT_UNKNOWN', `no agent ${echo(agentId)} has ever registered here`, {
      try: 'hive agents lists them',
      detail: { agent_id: agentId },
    });
  };
