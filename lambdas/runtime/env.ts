/** The environment that a function's contract names, read once; a missing name is a fault of the deployment. */
export function readEnv<const Names extends readonly string[]>(names: Names): Record<Names[number], string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`missing in the environment: ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Names[number], string>;
}
