/** `hive incidents`, `hive incident`, `hive resolve`. */
import { HiveError } from '../../../core/errors.ts';
import type { IncidentView } from '../../../core/messages/monitoring-api.ts';
import { createGetIncident, createListIncidents } from '../../../core/monitor/incidents.ts';
import type { ApiOptions } from '../../support/api-options.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectHive } from '../../support/hive-client.ts';
import { incidentLine, incidentLines } from '../../support/incident-view.ts';
import { connectMonitoring } from '../../support/monitoring-client.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { echo, plain, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';

const PAGE = 100;

export const listIncidents: Run<ApiOptions & { all?: true; limit: number }> = async (io, _args, options) => {
  const hive = await connectHive(options, io);
  try {
    const list = createListIncidents(hive);
    const found: IncidentView[] = [];
    let seen = 0;
    let more = true;
    for (let cursor: string | undefined; more && seen < options.limit; ) {
      const page = await list({ limit: Math.min(PAGE, options.limit - seen), cursor });
      found.push(...page.items.filter(({ status }) => options.all || status === 'open'));
      seen += page.items.length;
      cursor = page.next_cursor;
      more = cursor !== undefined;
    }
    if (options.json) io.stdout.write(`${toJson(found)}\n`);
    else if (found.length === 0) io.stdout.write(options.all ? 'no incidents\n' : 'no open incidents\n');
    else for (const one of found) io.stdout.write(`${incidentLine(one, io.now(), io.stdout.color)}\n`);
    if (more) io.stderr.write(`note: only the newest ${seen} incidents were looked at (--limit)\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};

export const showIncident: Run<ApiOptions> = async (io, [id = ''], options) => {
  const hive = await connectHive(options, io);
  try {
    const incident = await createGetIncident(hive)(id).catch((error: unknown) => {
      throw isUnknown(error) ? unknownIncident(id) : error;
    });
    const [tickets, plan] = await Promise.all([
      hive.ledger.loadTicketStates(incident.affected_tickets),
      hive.ledger.loadPlanState(incident.workflow_id),
    ]);
    if (options.json) io.stdout.write(`${toJson(incident)}\n`);
    else
      io.stdout.write(`${incidentLines(incident, { tickets, plan }, hive.target.flags, io.stdout.color).join('\n')}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};

export const resolveIncident: Run<OperatorOptions> = async (io, [id = ''], options) => {
  const target = await resolveApi(options, io);
  const client = connectMonitoring(target);
  const answer = await client.resolveIncident(id, operatorOf(options)).catch((error: unknown) => {
    throw isUnknown(error) ? unknownIncident(id) : error;
  });
  io.stdout.write(`${options.json ? toJson(answer) : verbLine(`incident ${plain(id)}`, answer)}\n`);
  return EXIT.ok;
};

const isUnknown = (error: unknown): boolean => error instanceof HiveError && error.code === 'INCIDENT_UNKNOWN';

const unknownIncident = (id: string) =>
  refuse('INCIDENT_UNKNOWN', `there is no incident ${echo(id)} in this ledger`, {
    try: 'hive incidents --all lists them',
    detail: { incident_id: id },
  });
