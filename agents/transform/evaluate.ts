/** A JSONata expression over JSON, within limits. */
import jsonata from 'jsonata';

export interface Limits {
  timeoutMs: number;
  /** Depth of the evaluation: recursion that is not a tail call ends here. */
  depth: number;
  /** Longest sequence an expression may make, e.g. by a range. */
  sequence: number;
}

export const LIMITS: Limits = { timeoutMs: 2000, depth: 500, sequence: 100_000 };

export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly code: 'INPUT_INVALID' | 'EXPRESSION_INVALID' | 'EXPRESSION_FAILED' | 'EXPRESSION_LIMIT';
  constructor(code: EvaluationError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** JSONata's own errors: S… in the syntax; the rest when evaluating. D1011, D1012 and D2015 are its guardrails. */
const GUARDRAILS = ['D1011', 'D1012', 'D2015'];

/** Input and answer are JSON texts; an expression that finds nothing answers `null`. Throws `EvaluationError`. */
export async function evaluate(expression: string, input: string, limits: Limits = LIMITS): Promise<string> {
  const data = parseInput(input);
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(expression, { timeout: limits.timeoutMs, stack: limits.depth, sequence: limits.sequence });
  } catch (error) {
    throw new EvaluationError('EXPRESSION_INVALID', `the expression is not JSONata: ${describe(error)}`);
  }
  try {
    const answer: unknown = await compiled.evaluate(data);
    return JSON.stringify(answer) ?? 'null';
  } catch (error) {
    const { code } = error as { code?: string };
    const limit = (code !== undefined && GUARDRAILS.includes(code)) || error instanceof RangeError;
    throw new EvaluationError(
      limit ? 'EXPRESSION_LIMIT' : 'EXPRESSION_FAILED',
      `the expression ${limit ? 'ran into a limit' : 'failed'}: ${describe(error)}`,
    );
  }
}

function parseInput(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch (error) {
    throw new EvaluationError('INPUT_INVALID', `the input is not JSON: ${describe(error)}`);
  }
}

function describe(error: unknown): string {
  const { message, code, position } = error as { message?: string; code?: string; position?: number };
  const where = position === undefined ? '' : ` at character ${position}`;
  return `${message ?? String(error)}${code === undefined ? '' : ` (${code}${where})`}`;
}
