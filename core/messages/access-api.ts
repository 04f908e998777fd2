/** What the API says of access: who has which roles, what was refused, what looks like an attack. */
import { z } from 'zod';
import { ROLES } from '../access/caller.ts';
import { SIGNAL_KINDS } from '../access/events.ts';
import { ACTIONS } from '../policy/access.ts';
import { verbRequest } from './monitoring-api.ts';
import { absent, epochMs, text } from './primitives.ts';

const principal = text.min(1).max(512);
const named = <T extends z.ZodType>(id: string, schema: T) => schema.meta({ id, title: id });
const of = { plan_id: absent(z.string()), ticket_id: absent(z.string()), source: absent(z.string()) };

export const grantRequest = named(
  'GrantRequest',
  z.object({
    ...verbRequest.shape,
    ...{ principal, role: z.enum(ROLES) },
    tenants: z.array(text.min(1).max(256)).max(50).default([]).meta({ description: 'beside those it has; `*`: all' }),
  }),
);
export const revokeRequest = named('RevokeRequest', z.object({ ...verbRequest.shape, principal, role: z.enum(ROLES) }));
export const breakGlassRequest = named(
  'BreakGlassRequest',
  z.object({ ...verbRequest.shape, for_ms: absent(z.int().positive()) }),
);

export const callerView = named(
  'CallerView',
  z.object({
    ...{ principal: z.string(), name: z.string(), kind: z.enum(['iam', 'oidc', 'credential', 'local']) },
    ...{ roles: z.array(z.enum(ROLES)), tenants: z.array(z.string()), break_glass_until: absent(epochMs) },
    source: absent(z.string()),
  }),
);
export const grantList = named(
  'GrantList',
  z.object({
    items: z.array(
      z.object({
        ...{ principal: z.string(), tenants: z.array(z.string()) },
        roles: z.array(z.object({ role: z.enum(ROLES), by: z.string(), why: absent(z.string()), at: absent(epochMs) })),
        break_glass: absent(z.object({ at: epochMs, until: epochMs, why: z.string() })),
      }),
    ),
  }),
);
export const refusalList = named(
  'RefusalList',
  z.object({
    items: z.array(
      z.object({
        ...{ refusal_id: z.string(), at: epochMs, code: z.string(), principal: z.string(), action: z.enum(ACTIONS) },
        ...{ resource: z.string(), message: z.string(), policies: absent(z.array(z.string())) },
        ...{ policy_set: absent(z.string()), inputs: absent(z.string()), ...of },
      }),
    ),
  }),
);
export const signalList = named(
  'SignalList',
  z.object({
    items: z.array(
      z.object({
        ...{ signal_id: z.string(), at: epochMs, kind: z.enum(SIGNAL_KINDS), principal: z.string() },
        ...{ because: z.string(), window_start: epochMs, window_ms: z.int(), refusals: absent(z.int()) },
        ...{ resource: absent(z.string()), ...of },
      }),
    ),
  }),
);
