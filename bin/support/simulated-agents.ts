/** Who works in a simulation: so many alike, as a file says, or the agents of the stack. */
import { z } from 'zod';
import { agentId, capability, securityLevel } from '../../core/messages/primitives.ts';
import type { SimulatedAgent } from '../../core/simulate/types.ts';
import { refuse } from './errors.ts';
import type { Io } from './io.ts';
import { readDocument } from './read-document.ts';
import { echo } from './text.ts';

const speed = z.number().positive().max(1e6);

const simulatedAgent = z.strictObject({
  agent_id: agentId,
  capabilities: z.array(capability).max(64).optional(),
  capacity: z.int().min(1).max(100).optional(),
  speed: speed.optional(),
  speeds: z.record(z.string(), speed).optional(),
  failure: z.number().min(0).max(1).optional(),
  fails_after: z.number().min(0).max(1).optional(),
  location: z.strictObject({ region: z.string(), zone: z.string().optional() }).optional(),
  clearance: securityLevel.optional(),
});

const agentsFile = z.union([
  z.array(simulatedAgent).min(1),
  z.object({ agents: z.array(simulatedAgent).min(1) }).transform(({ agents }) => agents),
]);

const FAULTS_TOLD = 5;

/** @throws HiveError FILE_UNREADABLE, JSON_INVALID, AGENTS_INVALID (detail.faults) */
export async function readAgents(file: string, io: Io): Promise<SimulatedAgent[]> {
  const parsed = agentsFile.safeParse(await readDocument(file, io));
  if (!parsed.success) throw invalid(file, parsed.error);
  const agents = parsed.data as SimulatedAgent[];
  const names = agents.map((agent) => agent.agent_id);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw refuse('AGENTS_INVALID', `${echo(file)} has two agents ${echo(twice)}: give each a name of its own`);
  return agents;
}

function invalid(file: string, error: z.ZodError) {
  const issues = error.issues.flatMap((issue) =>
    issue.code === 'invalid_union' ? (issue.errors.find((branch) => branch.length > 0) ?? []) : [issue],
  );
  const faults = issues.map(({ path, message }) => ({ path: path.join('.') || '(file)', message }));
  const told = faults.slice(0, FAULTS_TOLD).map(({ path, message }) => `${path}: ${message}`);
  return refuse('AGENTS_INVALID', [`${echo(file)} holds no list of agents:`, ...told].join('\n'), {
    try: 'hive simulate --help, which shows what an agent is described by',
    detail: { faults },
    cause: error,
  });
}

/** `agent-1` … `agent-n`, all of them able to run anything. */
export function identicalAgents(n: number, speeds: readonly number[] | undefined, failure: number): SimulatedAgent[] {
  return Array.from({ length: n }, (_, at) => ({
    agent_id: `agent-${at + 1}`,
    ...(speeds === undefined ? {} : { speed: speeds[at % speeds.length] as number }),
    ...(failure > 0 ? { failure } : {}),
  }));
}
