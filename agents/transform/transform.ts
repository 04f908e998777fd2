/** A `transform` ticket's work: the JSONata expression in `parameters.expression` over the JSON in `parameters.input`. */
import { TicketFailure } from '../sdk/failures.ts';
import type { Run } from '../sdk/run-context.ts';
import { EvaluationError } from './evaluate.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * Output `{result}`, a JSON text. No input means `null`. Fails, not retryable since the same data would fail again:
 * EXPRESSION_MISSING, EXPRESSION_INVALID, EXPRESSION_FAILED, EXPRESSION_LIMIT (time, depth, memory), INPUT_INVALID.
 */
export const createTransform =
  (sandbox: Sandbox): Run =>
  async (ticket) => {
    const { expression, input = 'null' } = ticket.parameters;
    if (expression === undefined || expression.trim() === '') {
      throw new TicketFailure('parameters.expression is missing: name the JSONata expression to evaluate', {
        code: 'EXPRESSION_MISSING',
        retryable: false,
      });
    }
    try {
      return { result: await sandbox.evaluate(expression, input) };
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      throw new TicketFailure(error.message, { code: error.code, retryable: false, cause: error });
    }
  };
