/**
 * Plays requests that follow from the OpenAPI document, good and bad, against the REST API over a hive in memory, and
 * checks each answer against the document: `npm run test:openapi`. No request may end in a server error.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApiDocument } from '../../api/rest/openapi.ts';
import { run } from '../../local/command.ts';
import { AWKWARD_ID } from '../support/monitored-hive.ts';
import { installSchemathesis } from './install-schemathesis.ts';
import { type ServedRest, serveRest } from './serve-rest.ts';

export interface SchemathesisReport {
  readonly passed: boolean;
  /** what Schemathesis printed */
  readonly output: string;
  /** errors that were answered with a status of 500 or more */
  readonly faults: readonly unknown[];
}

/** @param examples requests drawn for each operation and phase */
export async function playOpenApi({ examples = 25, seed = 1 } = {}): Promise<SchemathesisReport> {
  const program = await installSchemathesis();
  const faults: unknown[] = [];
  const served = await serveRest((error) => faults.push(error));
  const folder = mkdtempSync(join(tmpdir(), 'neural-hive-openapi-'));
  try {
    const document = join(folder, 'openapi.json');
    writeFileSync(document, JSON.stringify(await documentFor(served)));
    writeFileSync(join(folder, 'schemathesis.toml'), SETTINGS);
    const options = [
      ...['--url', served.url, '--seed', String(seed), '--max-examples', String(examples)],
      ...['--generation-database', 'none', '--no-color', '--request-timeout', '30'],
      // Cursors and entity tags are opaque: one that is drawn from its schema is rightly refused.
      ...['--exclude-checks', 'positive_data_acceptance'],
    ];
    const { status, stdout, stderr } = await run(program, ['run', document, ...options], { cwd: folder });
    return { passed: status === 0, output: stdout + stderr, faults };
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is over a limit is refused by its size (413) before anybody looks at what it is. */
const SETTINGS = `[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
`;

/** The document, but that half of the ids are of something that is there, and nobody asks for a signature. */
async function documentFor({ hive }: ServedRest): Promise<unknown> {
  const { security: _, ...document } = structuredClone(openApiDocument()) as Record<string, unknown> & {
    paths: Record<string, Record<string, { parameters: { name: string; in: string; schema: unknown }[] }>>;
    components: { securitySchemes?: unknown };
  };
  delete document.components.securitySchemes;
  const plans = (await hive.reader.listPlans({ limit: 100 })).items.map(({ plan_id }) => plan_id);
  const known: Readonly<Record<string, readonly string[]>> = {
    plans: [...plans, AWKWARD_ID],
    tickets: (await Promise.all(plans.map(hive.reader.listTicketIds))).flat(),
    agents: (await hive.reader.listAgents('*', { limit: 100 })).items.map(({ agent_id }) => agent_id),
    incidents: (await hive.reader.listIncidents({ limit: 100 })).items.map(({ incident_id }) => incident_id),
  };
  for (const [path, operations] of Object.entries(document.paths))
    for (const { parameters } of Object.values(operations))
      for (const parameter of parameters)
        if (parameter.in === 'path')
          parameter.schema = { anyOf: [{ enum: known[path.split('/')[2] ?? ''] }, parameter.schema] };
  return document;
}

if (process.argv[1] === import.meta.filename) {
  const { passed, output, faults } = await playOpenApi({ examples: Number(process.argv[2] ?? 100) });
  console.log(output);
  for (const fault of faults) console.error(fault);
  process.exitCode = passed && faults.length === 0 ? 0 : 1;
}
