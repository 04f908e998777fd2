/**
 * Amazon's DynamoDB Local, laid out as LocalStack expects its own download of it:
 *
 *     DynamoDBLocal.jar             here: a manifest that names the main class and the jars beside it
 *     DynamoDBLocal_lib/*.jar       from Maven Central
 *     ddb-local-loader-0.1.jar      an agent LocalStack always passes to Java (it lifts the limit of 20 indexes);
 *                                   here: one that does nothing
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from './install-command.ts';
import { copyFromMaven, type MavenRequest } from './maven.ts';

const MAIN_CLASS = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
const AGENT = 'public class NoAgent { public static void premain(String arguments) {} }\n';

export async function installDynamoDbLocal(request: MavenRequest): Promise<void> {
  const { folder, javaHome } = request;
  const libraries = join(folder, 'DynamoDBLocal_lib');
  await copyFromMaven({ ...request, folder: libraries });
  const jars = readdirSync(libraries).filter((name) => name.endsWith('.jar'));
  const work = mkdtempSync(join(tmpdir(), 'hive-dynamodb-'));
  try {
    const tool = (name: string, args: string[]) => must(join(javaHome, 'bin', name), args, name, { cwd: work });
    writeFileSync(join(work, 'NoAgent.java'), AGENT);
    await tool('javac', ['--release', '17', 'NoAgent.java']);
    writeFileSync(join(work, 'agent.mf'), manifest({ 'Premain-Class': 'NoAgent' }));
    await tool('jar', ['cfm', join(folder, 'ddb-local-loader-0.1.jar'), 'agent.mf', 'NoAgent.class']);
    const classPath = jars.map((jar) => `DynamoDBLocal_lib/${jar}`).join(' ');
    writeFileSync(join(work, 'main.mf'), manifest({ 'Main-Class': MAIN_CLASS, 'Class-Path': classPath }));
    await tool('jar', ['cfm', join(folder, 'DynamoDBLocal.jar'), 'main.mf']);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A jar manifest: lines of at most 72 bytes, continued by a space (JAR file specification). Names here are ASCII. */
export function manifest(attributes: Readonly<Record<string, string>>): string {
  const lines = Object.entries(attributes).map(([name, value]) => {
    const [first = '', ...rest] = `${name}: ${value}`.match(/^.{1,70}|.{1,69}/g) ?? [];
    return [first, ...rest.map((part) => ` ${part}`)].join('\n');
  });
  return `${lines.join('\n')}\n`;
}
