/** Building blocks shared by the message schemas. Wire names are snake_case; times are epoch milliseconds. */
import { z } from 'zod';

/**
 * Today's producers send `null` where a value is absent: read as absent, never stored. The last step changes nothing, it
 * says what comes out, so that a schema can be generated of either side.
 */
export const absent = <T extends z.ZodType>(inner: T) => {
  type Read = z.ZodType<z.output<T> | undefined, z.input<T> | null | undefined>;
  type Told = z.ZodType<z.output<T> | undefined, z.output<T> | undefined>;
  const read = inner.nullish().transform((value) => value ?? undefined) as unknown as Read;
  return read.pipe(inner.optional() as unknown as Told).optional();
};

/** A field with a default: absent and `null` both read as the default. */
export const withDefault = <T extends z.ZodType>(inner: T, fallback: z.output<T>) => {
  type Read = z.ZodType<z.output<T>, z.input<T> | null>;
  const read = inner.nullable().transform((value) => value ?? fallback) as unknown as Read;
  const told = read.pipe(inner as unknown as z.ZodType<z.output<T>, z.output<T>>);
  return told.default(fallback as z.util.NoUndefined<z.output<T>>);
};

/** Half a surrogate pair cannot be kept as UTF-8: the text would come back as another one and break its hash. */
export const text = z.string().refine((value) => value.isWellFormed(), 'must be well-formed Unicode');
/** A name of a map's member: the ledger takes no empty ones. */
export const memberName = text.min(1);
export const stringMap = z.record(memberName, text);
/** A number the ledger keeps exactly: DynamoDB's smallest magnitude is 1e-130, its client takes none over 2^53 - 1. */
export const measure = z
  .number()
  .min(Number.MIN_SAFE_INTEGER)
  .max(Number.MAX_SAFE_INTEGER)
  .refine((value) => value === 0 || Math.abs(value) >= 1e-130, 'is too close to 0 to be kept');
export const epochMs = z.int().nonnegative().meta({ description: 'epoch milliseconds' });
export const traceId = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits (W3C trace context)');
export const spanId = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 lower-case hex digits (W3C trace context)');
export const schemaVersion = z.literal(1).default(1);

export const RISK_BANDS = ['low', 'medium', 'high', 'critical'] as const;
export const riskBand = z.enum(RISK_BANDS);
export type RiskBand = z.infer<typeof riskBand>;

export const PRIORITIES = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'] as const;
export const priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof priority>;

export const TASK_TYPES = [
  'BUILD',
  'DEPLOY',
  'TEST',
  'VALIDATE',
  'EXECUTE',
  'COMPENSATE',
  'QUERY',
  'TRANSFORM',
] as const;
export const taskType = z.enum(TASK_TYPES);
export type TaskType = z.infer<typeof taskType>;

export const SECURITY_LEVELS = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED'] as const;
export const securityLevel = z.enum(SECURITY_LEVELS);
export type SecurityLevel = z.infer<typeof securityLevel>;

/**
 * AT_MOST_ONCE: no second attempt once an agent has claimed the first. The other two are retried and fenced by attempt;
 * EXACTLY_ONCE asks the agent to hand the claim's idempotency key on to whatever it changes outside.
 */
export const deliveryMode = z.enum(['AT_MOST_ONCE', 'AT_LEAST_ONCE', 'EXACTLY_ONCE']);

export const CUSTOMER_TIERS = ['bronze', 'silver', 'gold', 'platinum'] as const;
export const customerTier = z.enum(CUSTOMER_TIERS);
export type CustomerTier = z.infer<typeof customerTier>;

/** An agent's id names its inbox queue, so only characters that a queue name takes. */
export const agentId = z.string().regex(/^[A-Za-z0-9_-]{1,48}$/, 'must be 1-48 of letters, digits, _ and -');
/** What a task asks for and an agent offers: any short text that people can read ("build", "c++", "data processing"). */
export const capability = z
  .string()
  .regex(/^[^\p{C}]{1,64}$/u, 'must be 1-64 characters, none of them control or format characters')
  .refine((value) => value === value.trim(), 'must not begin or end with a space')
  .refine((value) => value !== '*', 'must not be "*", which stands for all agents');
