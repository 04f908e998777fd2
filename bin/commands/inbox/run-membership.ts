/** `hive inbox join`, `hive inbox leave`. */
import type { SecurityLevel } from '../../../core/messages/primitives.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectInbox } from '../../support/inbox-client.ts';
import type { InboxOptions } from '../../support/inbox-options.ts';
import { inboxLines } from '../../support/inbox-view.ts';
import { count, plain, toJson } from '../../support/text.ts';

interface JoinOptions extends InboxOptions {
  readonly capability: readonly string[];
  readonly capacity: number;
  readonly clearance: SecurityLevel;
}

export const joinInbox: Run<JoinOptions> = async (io, _args, options) => {
  const { capability, capacity, clearance } = options;
  const { api, agent, flags } = await connectInbox(options, io);
  const capabilities = [...new Set(capability)];
  const answer = await api.register({
    ...{ agent_id: agent, kind: 'human', capabilities, capacity, clearance },
    // Their queue goes when they leave: nothing is lost with it, the ledger knows what they have.
    ephemeral: true,
  });
  const takes = `${agent} takes up to ${count(capacity, 'ticket')} for ${capabilities.map(plain).join(', ')}`;
  const lines = [takes, `hive inbox --agent ${agent}${flags} shows them`];
  io.stdout.write(`${options.json ? toJson(answer) : lines.join('\n')}\n`);
  return EXIT.ok;
};

export const leaveInbox: Run<InboxOptions> = async (io, _args, options) => {
  const inbox = await connectInbox(options, io);
  const answer = await inbox.api.remove(inbox.agent);
  const { color, columns } = io.stdout;
  if (options.json) io.stdout.write(`${toJson(answer)}\n`);
  else if (answer.status === 'removed') io.stdout.write(`${inbox.agent} has left\n`);
  else io.stdout.write(`${inboxLines(await inbox.read(), { color, columns }).join('\n')}\n`);
  return EXIT.ok;
};
