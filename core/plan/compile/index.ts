/** Plan → graph → intermediate form → Amazon States Language. */
export { type AslDefinition, type MachineBindings, renderAsl, SYMBOLIC_BINDINGS } from './asl.ts';
export { compilePlan } from './compile.ts';
export type { CompileStats } from './cost.ts';
export { tasksInOrder } from './graph.ts';
export type { MachineIr } from './ir.ts';
export { checkLimits, MAX_DEFINITION_BYTES, MAX_HISTORY_EVENTS } from './limits.ts';
export { poolOf } from './pool.ts';
export { transitiveReduction } from './reduction.ts';
export type { Compiled, CompilerDeps, CompilerTask, Gate } from './types.ts';
