/** Fetching jars with their dependencies from Maven Central. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must } from './install-command.ts';

export interface MavenRequest {
  /** Where the jars go; it is complete or not there. */
  readonly folder: string;
  /** group:artifact:version */
  readonly artifacts: readonly string[];
  readonly javaHome: string;
  readonly maven: string;
}

const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** Copies the artifacts and all they depend on into the folder. */
export async function copyFromMaven({ folder, artifacts, javaHome, maven }: MavenRequest): Promise<void> {
  const project = mkdtempSync(join(tmpdir(), 'hive-maven-'));
  const fresh = `${folder}.new`;
  try {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(join(project, 'pom.xml'), pom(artifacts));
    const args = ['--quiet', '--batch-mode', COPY_DEPENDENCIES, `-DoutputDirectory=${fresh}`];
    await must(maven, args, `mvn ${artifacts.join(' ')}`, {
      cwd: project,
      env: { ...process.env, JAVA_HOME: javaHome },
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

function pom(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>hive</groupId><artifactId>jars</artifactId><version>1</version>
<dependencies>${dependencies.join('')}</dependencies></project>`;
}
