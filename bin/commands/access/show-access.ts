/** `hive access whoami`, `list`, `refusals`, `signals`. */
import { connectAccess } from '../../support/access-client.ts';
import type { ApiOptions } from '../../support/api-options.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import type { Io } from '../../support/io.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { plain, table, toJson } from '../../support/text.ts';

interface ListOptions extends ApiOptions {
  readonly limit: number;
}

const when = (at: number): string => new Date(at).toISOString().slice(0, -1);

export const showCaller: Run<ApiOptions> = async (io, _, options) => {
  const caller = await connectAccess(await resolveApi(options, io)).whoAmI();
  if (options.json) io.stdout.write(`${toJson(caller)}\n`);
  else {
    const { principal, roles, tenants, break_glass_until } = caller;
    const lines = [
      `principal ${plain(principal)}`,
      `roles     ${roles.join(', ') || 'none: ask security to grant you one (hive access grant)'}`,
      `tenants   ${tenants.map(plain).join(', ') || 'none'}`,
      ...(break_glass_until === undefined ? [] : [`broken glass until ${when(break_glass_until)}`]),
    ];
    io.stdout.write(`${lines.join('\n')}\n`);
  }
  return EXIT.ok;
};

export const showGrants: Run<ListOptions> = async (io, _, options) => {
  const { items } = await connectAccess(await resolveApi(options, io)).grants(options.limit);
  const rows = items.flatMap(({ principal, tenants, roles, break_glass }) => [
    ...roles.map(({ role, by, why = '' }) => [principal, role, tenants.join(', '), by, why]),
    ...(break_glass === undefined
      ? []
      : [[principal, `broken glass until ${when(break_glass.until)}`, '*', principal, break_glass.why]]),
  ]);
  return tell(io, options, items, ['principal', 'role', 'tenants', 'by', 'why'], rows);
};

export const showRefusals: Run<ListOptions> = async (io, _, options) => {
  const { items } = await connectAccess(await resolveApi(options, io)).refusals(options.limit);
  const rows = items.map(({ at, principal, action, resource, code, policies = [], source = '' }) => [
    ...[when(at), principal, action, resource, [code, ...policies].join(' '), source],
  ]);
  return tell(io, options, items, ['when (UTC)', 'principal', 'action', 'resource', 'code · policies', 'from'], rows);
};

export const showSignals: Run<ListOptions> = async (io, _, options) => {
  const { items } = await connectAccess(await resolveApi(options, io)).signals(options.limit);
  const rows = items.map(({ at, kind, principal, because, source = '' }) => [
    when(at),
    kind,
    principal,
    because,
    source,
  ]);
  return tell(io, options, items, ['when (UTC)', 'kind', 'principal', 'because', 'from'], rows);
};

function tell(
  io: Io,
  { json }: { readonly json?: true },
  items: readonly unknown[],
  head: readonly string[],
  rows: readonly (readonly string[])[],
): number {
  if (json) io.stdout.write(`${toJson(items)}\n`);
  else if (rows.length === 0) io.stdout.write('none\n');
  else
    io.stdout.write(
      `${table(
        [...head],
        rows.map((row) => row.map(plain)),
      ).join('\n')}\n`,
    );
  return EXIT.ok;
}
