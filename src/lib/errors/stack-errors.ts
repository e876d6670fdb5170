import { ask, retry } from './error-entry.ts';

/** Errors of the embedded servers, the toolchain and the demo. They occur only in development. */
export const stackErrors = {
  'demo-failed': ask('A check of the demo failed: the message names it.'),
  'demo-shop-refused': ask("The target cluster refused a manifest of the demo's shop."),
  'go-missing': ask('`go version` does not work on this machine.'),
  'go-too-old': ask('The version of Go on PATH is too old for the pinned modules.'),
  interrupted: ask('The command was stopped by a signal.'),
  'postgres-init-failed': ask('The program `initdb` of PostgreSQL failed.'),
  'postgres-missing': ask('The npm package with PostgreSQL for this platform is not installed.'),
  'postgres-unreachable': ask('The operating-system user that runs PostgreSQL has no access to its program files.'),
  'prerequisites-missing': ask('`airlock doctor` found something missing or wrong on this machine.'),
  'python-missing': ask('The program python3 on PATH does not work or cannot install packages.'),
  'python-too-old': ask('The version of python3 on PATH is too old for Schemathesis.'),
  'schemathesis-install-failed': ask('`pip` could not install Schemathesis.'),
  'server-failed': ask('An embedded server ended too early or did not become ready: the message names its log.'),
  'server-not-running': ask('The named server does not run in this state folder.'),
  'server-stuck': ask('A server did not end after SIGKILL.'),
  'stack-not-running': ask('No stack runs in this state folder.'),
  'stack-running': ask('A stack already runs in this state folder.'),
  'state-corrupt': ask('A file in the state folder does not contain what Airlock wrote there.'),
  'tool-build-failed': ask('A pinned tool did not compile: the message names its log.'),
  'tool-missing': retry('A tool was built and then removed from the cache.'),
  'vault-unseal-failed': ask('The unseal key in the state folder does not belong to this Vault.'),
};
