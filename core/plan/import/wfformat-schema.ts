/** The parts of a WfFormat 1.5 document (https://github.com/wfcommons/WfFormat) that a plan is made from. */
import { z } from 'zod';

const name = z.string().min(1);

const specified = z.object({
  id: name,
  /** WfFormat lists each edge on both ends; recorders are known to leave one of them out. */
  parents: z.array(name).default([]),
  children: z.array(name).default([]),
});

const executed = z.object({
  id: name,
  runtimeInSeconds: z.number().nonnegative(),
  command: z
    .object({ program: z.string().default(''), arguments: z.array(z.coerce.string()).default([]) })
    .default({ program: '', arguments: [] }),
});

export const wfformat = z.object({
  name: z.string().default('workflow'),
  schemaVersion: z.literal('1.5', { error: 'only WfFormat 1.5 is read' }),
  workflow: z.object({
    specification: z.object({ tasks: z.array(specified).min(1) }),
    execution: z.object({ tasks: z.array(executed).min(1) }),
  }),
});
export type Wfformat = z.output<typeof wfformat>;
export type ExecutedTask = z.output<typeof executed>;
