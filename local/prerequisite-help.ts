/** What to tell somebody who lacks a program that the local AWS needs. */
export type Prerequisite = 'python' | 'jdk' | 'maven';

const HELP: Record<Prerequisite, string> = {
  python: `Python 3.13 (with venv) was not found as $PYTHON, on the PATH or under pyenv.
    Debian 13, Ubuntu 25.04+:  sudo apt-get install python3.13 python3.13-venv
    macOS:                     brew install python@3.13
    any, with pyenv:           pyenv install 3.13
    or name one:               export PYTHON=/path/to/python3.13`,
  jdk: `A JDK, 17 or newer, was not found as $JAVA_HOME or on the PATH (javac; a JRE is not enough).
    Debian, Ubuntu:  sudo apt-get install openjdk-17-jdk-headless   (or a newer one)
    macOS:           brew install openjdk@21 && export JAVA_HOME="$(brew --prefix openjdk@21)/libexec/openjdk.jdk/Contents/Home"`,
  maven: `Maven (mvn) was not found on the PATH, or it fails when run.
    Debian, Ubuntu:  sudo apt-get install maven
    macOS:           brew install maven`,
};

/** One text for all that is missing, with the other ways to get a local AWS. */
export function howToInstall(missing: readonly Prerequisite[]): string {
  const items = missing.map((name) => `- ${HELP[name]}`).join('\n');
  return `The local AWS cannot be installed on this machine yet. Missing:
${items}
Or start a Docker engine, and none of these is needed; or set AWS_ENDPOINT_URL to an AWS that runs already.`;
}
