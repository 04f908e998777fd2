/**
 * What `cdk deploy --progress events` prints, read as data. A line is an event of CloudFormation:
 *
 *     NeuralHive-dev | 12/33 | 8:47:18 PM | CREATE_COMPLETE | AWS::SQS::Queue | Pool/Queue (PoolQueueA1) reason
 *
 * The count is of resources done; its total is missing when CDK does not know it (direct deployments).
 */
export interface StackEvent {
  readonly stack: string;
  readonly done: number;
  readonly status: string;
  readonly type: string;
  /** Construct path and logical id, as CDK shows them. */
  readonly resource: string;
  /** Why, if CloudFormation said so. */
  readonly reason: string;
}

export interface ResourceFailure {
  readonly resource: string;
  readonly type: string;
  readonly reason: string;
}

/** The event on this line; undefined for every other line. */
export function parseStackEvent(line: string): StackEvent | undefined {
  const columns = line.split('|').map((column) => column.trim());
  const [stack, count, , status, type] = columns;
  const done = /^(\d+)(?:\/\d+)?$/.exec(count ?? '')?.[1];
  if (!stack || done === undefined || !status || !type?.includes('::')) return undefined;
  // The reason is free text, bars included.
  const rest = columns.slice(5).join(' | ');
  const [, resource = rest, reason = ''] = /^(\S+(?: \(\w+\))?)\s*(.*)$/.exec(rest) ?? [];
  return { stack, done: Number(done), status, type, resource, reason };
}

/**
 * The resources that failed, each once. When one fails CloudFormation cancels those in progress; a cancelled one is
 * named only if nothing tells the cause.
 */
export function failuresIn(lines: readonly string[]): ResourceFailure[] {
  const failures = new Map<string, ResourceFailure>();
  for (const line of lines) {
    const event = parseStackEvent(line);
    if (!event?.status.endsWith('_FAILED') || event.type === 'AWS::CloudFormation::Stack') continue;
    const { resource, type, reason } = event;
    if (reason || !failures.has(resource)) failures.set(resource, { resource, type, reason });
  }
  const all = [...failures.values()];
  const causes = all.filter(({ reason }) => reason && !/cancelled/i.test(reason));
  return causes.length > 0 ? causes : all;
}
