/** What the Monitoring API says of tokens and of the keys that sign them. */
import { z } from 'zod';
import { absent, epochMs } from './primitives.ts';

/** RFC 7662, 2.1: a form. What a client says of itself beside is passed over. */
export const introspectionRequest = z
  .object({
    token: z.string().min(1).max(8192),
    token_type_hint: absent(z.string().max(256)).meta({ description: 'passed over: there is one type' }),
  })
  .meta({ id: 'IntrospectionRequest', title: 'IntrospectionRequest' });

/** RFC 7662, 2.2; times in it are epoch seconds. */
export const introspectionAnswer = z
  .object({
    active: z.boolean().meta({ description: 'it would be taken now, for a call of its attempt' }),
    token_type: absent(z.string()),
    scope: absent(z.string()),
    client_id: absent(z.string()).meta({ description: 'the agent' }),
    sub: absent(z.string()),
    aud: absent(z.union([z.string(), z.array(z.string())])),
    iss: absent(z.string()),
    exp: absent(z.number()),
    iat: absent(z.number()),
    nbf: absent(z.number()),
    jti: absent(z.string()),
    plan_id: absent(z.string()),
    ticket_id: absent(z.string()),
    attempt: absent(z.int()),
  })
  .meta({ id: 'Introspection', title: 'Introspection' });
export type IntrospectionAnswer = z.output<typeof introspectionAnswer>;

export const keyRingView = z
  .object({
    sequence: z.int().min(0).meta({ description: 'changes of what is published so far' }),
    keys: z.array(
      z.object({
        kid: z.string(),
        phase: z.enum(['standby', 'signing', 'verifying', 'retired', 'revoked']),
        added_at: epochMs,
        activated_at: absent(epochMs),
        verify_until: absent(epochMs),
        ended_at: absent(epochMs),
      }),
    ),
  })
  .meta({ id: 'KeyRing', title: 'KeyRing' });
export type KeyRingView = z.output<typeof keyRingView>;
