/** Every request of the AWS SDK in this process ends here instead of going out; one that nobody answers is an error. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** By the command's name: takes its input, gives its output, or throws as the service does. */
export type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>>;

interface Command {
  readonly input: Readonly<Record<string, unknown>>;
  readonly constructor: { readonly name: string };
}

/**
 * @param byClient the clients that are answered, by name of their class
 * @returns puts the SDK back as it was
 */
export function intercept(byClient: Readonly<Record<string, Answers>>): () => void {
  // What all clients inherit `send` from.
  const base = Object.getPrototypeOf(DynamoDBClient.prototype) as { send: unknown };
  const { send } = base;
  base.send = async function (this: { constructor: { name: string } }, command: Command): Promise<unknown> {
    const client = this.constructor.name;
    const answer = byClient[client]?.[command.constructor.name];
    if (answer === undefined)
      throw new Error(
        `${command.constructor.name} of ${client} is not metered: say in bench/cost/cloud what it bills.`,
      );
    return answer(command.input);
  };
  return () => {
    base.send = send;
  };
}
