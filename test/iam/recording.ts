/** What was seen: the calls that were made with a role's credentials on local AWS, and what its resources were called. */
import { readFileSync } from 'node:fs';

export interface Call {
  /** ARN of the role */
  readonly role: string;
  /** as the SDK has it: `dynamodb`, `stepfunctions` … */
  readonly service: string;
  readonly operation: string;
  /** names of resources alone */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Recording {
  readonly calls: readonly Call[];
  /** physical ids by logical id */
  readonly names: Readonly<Record<string, string>>;
}

/** @throws Error where the file is no recording, or the run that made it did not come to its end */
export function readRecording(file: string): Recording {
  const calls: Call[] = [];
  let names: Record<string, string> | undefined;
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, nth) => {
      if (line === '') return;
      const said = parse(line, `${file}, line ${nth + 1}`);
      if (said.names !== undefined) names = { ...names, ...said.names };
      else if (typeof said.role === 'string' && typeof said.operation === 'string') calls.push(said as Call);
      else throw new Error(`${file}, line ${nth + 1} is no line of a recording`);
    });
  if (names === undefined) throw new Error(`${file} does not say what resources are called: its run was broken off`);
  return { calls, names };
}

function parse(line: string, where: string): Partial<Call> & { readonly names?: Record<string, string> } {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${where} is no JSON`, { cause });
  }
}
