/** What machines are called: after their shape, and after what else is in them. At most 80 characters, as AWS has it. */
import { type MachineBindings, type MachineIr, renderAsl } from '../../core/plan/compile/index.ts';
import type { Sha256 } from '../../core/ports/digest.ts';

/** What a machine is made with besides its shape; none of it can be seen in the shape. */
export interface MachineSurroundings {
  readonly roleArn: string;
  readonly logGroupArn: string;
  readonly bindings: MachineBindings;
}

/** One state of each kind: its definition has everything that any definition has. */
const EXAMPLE: MachineIr = {
  format: 1,
  branches: [
    [{ kind: 'fork', name: 'fork', branches: [[{ kind: 'ticket', name: 'ticket', task_id: 'task', pool: 'any' }]] }],
  ],
};

/**
 * Eight hex digits for where machines send, whom they call, whose role they have, where they log and how they are
 * rendered. Another queue or another release's rendering makes other machines; those that were made before are left to
 * what runs on them.
 */
export function bindingDigest({ roleArn, logGroupArn, bindings }: MachineSurroundings, sha256: Sha256): string {
  return sha256(JSON.stringify([roleArn, logGroupArn, renderAsl(EXAMPLE, bindings)])).slice(0, 8);
}

const ofShape = (prefix: string, shape: string): string => `${prefix}${shape.slice(0, 24)}`;

/** A machine made at run time: the same shape in the same surroundings is the same machine. */
export const machineName = (prefix: string, shape: string, digest: string): string =>
  `${ofShape(prefix, shape)}-${digest}`;

/**
 * The machine of a template: a name of its own, so that a deploy never meets one that was made at run time, and without
 * the digest, since the stack that knows the surroundings keeps the machine up to date with them.
 */
export const templateMachineName = (prefix: string, shape: string): string => `${ofShape(prefix, shape)}-template`;
