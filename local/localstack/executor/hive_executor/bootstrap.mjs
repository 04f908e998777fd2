/**
 * The Node runtime of a function: a client of the Lambda Runtime API that loads the handler and feeds it invocations.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * Handlers are async functions: nodejs24.x knows no callbacks. Response streaming is not offered.
 */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// Standard input is a pipe held open by LocalStack: its end is LocalStack's end.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, resource, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const options = { host, port, method, path: `/2018-06-01/runtime/${resource}`, agent, headers };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const describe = (error, type) =>
  JSON.stringify({
    errorType: type ?? error?.name ?? 'Error',
    errorMessage: error?.message ?? String(error),
    trace: (error?.stack ?? '').split('\n'),
  });

const failure = (name, message) => Object.assign(new Error(message), { name });

/** `dir/file.export` under the task root, as in AWS's runtime: .js, .mjs or .cjs, ESM or CommonJS. */
async function loadHandler() {
  const { dir, base } = path.parse(process.env._HANDLER);
  const dot = base.indexOf('.');
  const file = path.resolve(process.env.LAMBDA_TASK_ROOT, dir, base.slice(0, dot));
  const found = ['.js', '.mjs', '.cjs'].map((ending) => file + ending).find((name) => fs.existsSync(name));
  if (!found) throw failure('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(found).href);
  const names = base.slice(dot + 1).split('.');
  const pick = (from) => names.reduce((value, name) => value?.[name], from);
  const handler = pick(module) ?? pick(module.default);
  if (typeof handler !== 'function') {
    throw failure('Runtime.HandlerNotFound', `${process.env._HANDLER} is undefined or not exported`);
  }
  return handler;
}

let current; // the id of the running invocation

// Tells the reader of our output that this invocation's log is complete. Writes to a pipe are in order.
const endOfOutput = () => process.stdout.write(`\x1eend ${current}\n`);

// An error nobody awaits ends the process, after telling who was waiting; 128 and 129 are AWS's exit codes.
async function crash(error, type, code) {
  console.error(error);
  if (current) endOfOutput();
  const resource = current ? `invocation/${current}/error` : 'init/error';
  await call('POST', resource, describe(error, type)).catch(() => {});
  process.exit(code);
}
process.on('unhandledRejection', (error) => crash(error, 'Runtime.UnhandledPromiseRejection', 128));
process.on('uncaughtException', (error) => crash(error, undefined, 129));

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

async function run(handler, { headers, body }) {
  const context = contextOf(headers);
  try {
    const result = await handler(JSON.parse(body), context);
    return ['response', JSON.stringify(result ?? null)];
  } catch (error) {
    console.error(error);
    return ['error', describe(error)];
  }
}

const handler = await loadHandler().catch((error) => crash(error, undefined, 1));

for (;;) {
  const next = await call('GET', 'invocation/next').catch(() => process.exit(0));
  if (next.status !== 200) process.exit(0);
  current = next.headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
  const [outcome, body] = await run(handler, next);
  endOfOutput();
  const resource = `invocation/${current}/${outcome}`;
  current = undefined;
  await call('POST', resource, body);
}
