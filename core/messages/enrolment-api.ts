/** What is said of agents' enrolments: by whoever enrols, and by the agent that is let in. */
import { z } from 'zod';
import { verbRequest } from './monitoring-api.ts';
import { absent, capability, epochMs, securityLevel, text } from './primitives.ts';

const named = <T extends z.ZodType>(id: string, schema: T) => schema.meta({ id, title: id });

/** Header of the agents' API where calls are not signed. */
export const CREDENTIAL_HEADER = 'x-neural-hive-agent-credential';

export const enrolRequest = named(
  'EnrolRequest',
  z.object({
    ...verbRequest.shape,
    capabilities: z.array(capability).min(1).max(64).meta({ description: 'the most that it may say it has' }),
    clearance: securityLevel.default('INTERNAL'),
    tenants: z
      .array(text.min(1).max(256))
      .max(50)
      .default([])
      .meta({ description: 'whose tickets it may have; none: everybody’s' }),
    for_ms: absent(z.int().positive()).meta({ description: 'how long it may be exchanged; an hour unless said' }),
  }),
);
export const enrolAnswer = named(
  'EnrolAnswer',
  z.object({
    enrolment_id: z.string(),
    secret: z.string().meta({ description: 'shown this once: it is kept nowhere' }),
    expires_at: epochMs,
  }),
);
export const exchangeRequest = named('ExchangeRequest', z.object({ secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }));
export const credentialAnswer = named(
  'CredentialAnswer',
  z.object({
    credential: z.string().meta({ description: `for the header ${CREDENTIAL_HEADER}: it is kept nowhere` }),
    expires_at: epochMs,
  }),
);
export const enrolmentView = named(
  'EnrolmentView',
  z.object({
    enrolment_id: z.string(),
    agent_id: z.string(),
    capabilities: z.array(z.string()),
    clearance: securityLevel,
    tenants: z.array(z.string()).meta({ description: 'whose tickets the agent may have; none: everybody’s' }),
    expires_at: epochMs,
    phase: z.enum(['open', 'used', 'withdrawn', 'expired']),
    by: z.string().meta({ description: 'who made it' }),
    why: z.string(),
  }),
);
export type EnrolmentView = z.output<typeof enrolmentView>;
export const enrolmentList = named(
  'EnrolmentList',
  z.object({ items: z.array(enrolmentView), next_cursor: absent(z.string()) }),
);
