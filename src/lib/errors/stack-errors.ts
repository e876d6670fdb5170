import { ask, retry } from './error-entry.ts';

/** Errors of the embedded stack, its toolchain, and the demo. */
export const stackErrors = {
  'demo-failed': ask('A story of the demo has problems: each problem has a line marked PROBLEM.'),
  'demo-shop-refused': ask("The target cluster refused an object of the demo's shop."),
  'go-missing': ask('`go version` does not work on this machine.'),
  'go-too-old': ask('The version of Go on PATH is too old for the pinned modules.'),
  interrupted: ask('A signal stopped the demo.'),
  'postgres-init-failed': ask('The program `initdb` of PostgreSQL failed.'),
  'postgres-missing': ask('The npm package with PostgreSQL for this platform is not installed.'),
  'postgres-unreachable': ask('The operating-system user for PostgreSQL cannot run the PostgreSQL programs.'),
  'prerequisites-missing': ask('A check of `airlock doctor` failed: the output says how to fix the problem.'),
  'python-missing': ask('The program python3 on PATH does not work, or has neither pip nor ensurepip.'),
  'python-too-old': ask('The version of python3 on PATH is too old for Schemathesis.'),
  'schemathesis-install-failed': ask('`pip` could not install Schemathesis.'),
  'server-failed': ask('A server or process of the stack did not become ready: the message names the log.'),
  'server-not-running': ask('The named server of this stack does not run.'),
  'server-stuck': ask('A server did not end in time after the last signal.'),
  'stack-not-running': ask('No running stack uses this state folder.'),
  'stack-running': ask('A running stack already uses this state folder.'),
  'state-corrupt': ask('A file in the state folder does not have the expected content.'),
  'state-not-trusted': ask('Another user could have written the files of the state folder.'),
  'tool-build-failed': ask('A pinned tool did not compile: the message names the log.'),
  'tool-missing': retry('A program is missing in the tool cache after the build.'),
  'vault-unseal-failed': ask('The unseal key in the state folder does not belong to the embedded Vault.'),
};
