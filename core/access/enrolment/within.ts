/** What an enrolled agent says of itself, against what it was enrolled for. */
import { HiveError } from '../../errors.ts';
import type { AgentRegistration } from '../../messages/agent-api.ts';
import type { Bounds } from './state.ts';

/**
 * The registration as it counts: its clearance is the enrolment's, its capabilities are among the enrolment's.
 * @throws HiveError AGENT_BEYOND_ENROLMENT (403)
 */
export function registrationWithin<Said extends Pick<AgentRegistration, 'capabilities' | 'clearance'>>(
  said: Said,
  bounds: Bounds,
): Said {
  const more = said.capabilities.filter((capability) => !bounds.capabilities.includes(capability));
  if (more.length > 0)
    throw new HiveError(
      'AGENT_BEYOND_ENROLMENT',
      `The agent is not enrolled for ${more.join(', ')}: register with what it is enrolled for, or have it enrolled anew.`,
      { status: 403, detail: { capabilities: more } },
    );
  return { ...said, clearance: bounds.clearance };
}
