/** Adds to a recording of calls what the resources of the stack are called, so that it can be read without the stack. */
import { appendFileSync } from 'node:fs';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';

/** @param file the recording, as HIVE_AWS_CALLS names it */
export async function nameResources(file: string, stack: string): Promise<void> {
  const client = new CloudFormationClient({});
  const names: Record<string, string> = {};
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack }))
    for (const { LogicalResourceId, PhysicalResourceId } of StackResourceSummaries)
      if (LogicalResourceId !== undefined && PhysicalResourceId !== undefined)
        names[LogicalResourceId] = PhysicalResourceId;
  client.destroy();
  appendFileSync(file, `${JSON.stringify({ stack, names })}\n`);
}
