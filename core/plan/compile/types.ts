/** What goes into the compiler and what comes out of it. */
import type { Sha256 } from '../../ports/digest.ts';
import type { CompileStats } from './cost.ts';
import type { MachineIr } from './ir.ts';

export type { Sha256 };

/** What the compiler needs to know of a task: a structural part of a CognitivePlan's task. */
export interface CompilerTask {
  task_id: string;
  dependencies: readonly string[];
  required_capabilities: readonly string[];
}

/** A dependency the machine does not enforce by itself: `before` must be complete before `after` becomes ready. */
export interface Gate {
  before: string;
  after: string;
}

export interface Compiled {
  /** SHA-256 (64 hex digits) of the unbound machine and its gates: the same shape means the same machine. */
  shape: string;
  /** State name → task id, for the task states alone. */
  tasks: Record<string, string>;
  /** In a canonical order; empty where the plan is series-parallel and within the Parallel allowance. */
  gates: Gate[];
  stats: CompileStats;
  ir: MachineIr;
}

export interface CompilerDeps {
  sha256: Sha256;
}
