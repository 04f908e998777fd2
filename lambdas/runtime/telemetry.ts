/** Logs, metrics and trace annotations the same way in every function. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';
import { HiveError } from '../../core/errors.ts';
import { HiveLogFormatter } from './log-formatter.ts';

export const logger = new Logger({ logFormatter: new HiveLogFormatter() });
export const metrics = new Metrics();
export const tracer = new Tracer();

/** Counts something, as `neural_hive_orchestrator_<what>_total`. */
export function count(what: string, value = 1): void {
  metrics.addMetric(`neural_hive_orchestrator_${what}_total`, MetricUnit.Count, value);
}

/** One more of what is told apart by dimensions, as `neural_hive_orchestrator_<what>_total`. */
export function countOf(dimensions: Readonly<Record<string, string>>, what: string): void {
  const single = metrics.singleMetric();
  for (const [name, of] of Object.entries(dimensions)) single.addDimension(name, of);
  single.addMetric(`neural_hive_orchestrator_${what}_total`, MetricUnit.Count, 1);
}

/** How much something is now, as `neural_hive_orchestrator_<what>`, which ends in its unit. */
export function gauge(what: string, value: number): void {
  metrics.addMetric(`neural_hive_orchestrator_${what}`, MetricUnit.NoUnit, value);
}

/** Values of one pool, say: each as `neural_hive_orchestrator_<what>`, by dimension. */
export function gaugeOf(dimensions: Readonly<Record<string, string>>, values: Readonly<Record<string, number>>): void {
  for (const [what, value] of Object.entries(values)) {
    const single = metrics.singleMetric();
    for (const [name, of] of Object.entries(dimensions)) single.addDimension(name, of);
    single.addMetric(`neural_hive_orchestrator_${what}`, MetricUnit.NoUnit, value);
  }
}

/** Ids that a trace is found by; absent ones are left out. */
export function annotate(ids: {
  plan_id?: string | undefined;
  ticket_id?: string | undefined;
  agent_id?: string | undefined;
}): void {
  const names = {
    plan_id: 'neural.hive.plan.id',
    ticket_id: 'neural.hive.ticket.id',
    agent_id: 'neural.hive.worker.id',
  };
  for (const [key, name] of Object.entries(names)) {
    const value = ids[key as keyof typeof ids];
    // X-Ray takes letters, digits and underscores in a key.
    if (value !== undefined) tracer.putAnnotation(name.replaceAll('.', '_'), value);
  }
  logger.appendKeys(Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== undefined)));
}

/** Runs a function's body: its failure is logged with its code and rethrown, so that whoever called may try again. */
export function observed<Event, Answer>(body: (event: Event, context: Context) => Promise<Answer>) {
  return async (event: Event, context: Context): Promise<Answer> => {
    logger.resetKeys();
    logger.addContext(context);
    const outer = tracer.isTracingEnabled() ? tracer.getSegment() : undefined;
    const open = outer?.addNewSubsegment(`## ${context.functionName}`);
    // Lambda's own segment takes no annotations; calls to other services belong below this one, too.
    if (open) tracer.setSegment(open);
    try {
      return await body(event, context);
    } catch (error) {
      const code = error instanceof HiveError ? error.code : 'INTERNAL';
      logger.error(`failed: ${code}`, error as Error);
      count('errors');
      open?.addError(error as Error);
      throw error;
    } finally {
      open?.close();
      if (outer) tracer.setSegment(outer);
      // With none it would warn at every call.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };
}
