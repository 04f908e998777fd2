/** Running other programs from a step. */
import { spawn } from 'node:child_process';
import { log, StepError } from './support.mjs';

/** Runs it to its end and answers with its output; a status other than 0 is the step's failure. */
export async function run(command, args, options = {}) {
  const { code, text } = await runToEnd(command, args, options);
  if (code !== 0) throw new StepError(`${command} ${args.join(' ')} ended with ${code}:\n${text.trim()}`);
  return text;
}

export function runToEnd(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
    }
    child.once('error', (error) => reject(new StepError(`${command} cannot be run: ${error.message}`, 69)));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, text }));
  });
}

/** Starts the deployed service on a free port, gives `use` its address, and stops it whatever happens. */
export async function withService(releaseFolder, use) {
  const child = spawn(process.execPath, ['main.mjs', 'config.json'], {
    cwd: releaseFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const port = await portOf(child);
    log(`service of ${releaseFolder} is up on port ${port}`);
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function portOf(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        const port = /listening on (\d+)/.exec(text)?.[1];
        if (port !== undefined) resolve(port);
      });
    }
    child.once('close', (code) => reject(new StepError(`the service ended with ${code} before it listened:\n${text}`)));
  });
}
