/** `hive token introspect`, `keys`, `rotate`, `revoke-key`. */
import type { KeyRingView } from '../../../core/messages/token-api.ts';
import type { ApiOptions } from '../../support/api-options.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectMonitoring, type MonitoringClient } from '../../support/monitoring-client.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { plain, table, toJson } from '../../support/text.ts';

export const introspect: Run<ApiOptions> = async (io, [given = ''], options) => {
  const token = given === '-' ? (await io.readStdin()).trim() : given;
  const answer = await connectMonitoring(await resolveApi(options, io)).introspect(token);
  const { bold, red } = io.stdout.color;
  const lines = answer.active
    ? [
        bold('active'),
        ...Object.entries(answer).map(([name, value]) => `  ${name.padEnd(10)}  ${plain(String(value))}`),
      ]
    : [red('not active')];
  io.stdout.write(`${options.json ? toJson(answer) : lines.join('\n')}\n`);
  return answer.active ? EXIT.ok : EXIT.refused;
};

const ringVerb =
  <O extends ApiOptions>(
    ask: (client: MonitoringClient, args: readonly string[], options: O) => Promise<KeyRingView>,
  ): Run<O> =>
  async (io, args, options) => {
    const ring = await ask(connectMonitoring(await resolveApi(options, io)), args, options);
    io.stdout.write(`${options.json ? toJson(ring) : tell(ring)}\n`);
    return EXIT.ok;
  };

export const keys = ringVerb<ApiOptions>((client) => client.keys());
export const rotate = ringVerb<OperatorOptions>((client, _, options) => client.rotateKeys(operatorOf(options)));
export const revokeKey = ringVerb<OperatorOptions>((client, [kid = ''], options) =>
  client.revokeKey(kid, operatorOf(options)),
);

const at = (ms: number | undefined): string => (ms === undefined ? '-' : new Date(ms).toISOString().slice(0, 19));

function tell({ keys: of }: KeyRingView): string {
  if (of.length === 0) return 'no key yet: one is made within a minute, or by the first claim';
  const rows = of.map(({ kid, phase, added_at, activated_at, verify_until, ended_at }) => [
    ...[plain(kid), phase, at(added_at), at(activated_at), at(verify_until ?? ended_at)],
  ]);
  return table(['KEY', 'PHASE', 'ADDED', 'SIGNS SINCE', 'VERIFIES UNTIL / ENDED'], rows).join('\n');
}
