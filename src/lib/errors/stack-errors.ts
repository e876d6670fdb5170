import { needsPerson, retry } from './error-entry.ts';

/** Errors of the embedded servers, the toolchain and the demo. They occur only in development. */
export const stackErrors = {
  'demo-failed': needsPerson('A check of the demo failed: the message names the check.'),
  'demo-shop-refused': needsPerson("The target cluster refused a manifest of the demo's shop."),
  'go-missing': needsPerson('`go version` does not work on this machine.'),
  'go-too-old': needsPerson('The version of Go on PATH is too old for the pinned modules.'),
  interrupted: needsPerson('The command was stopped by a signal.'),
  'postgres-init-failed': needsPerson('The program `initdb` of PostgreSQL failed.'),
  'postgres-missing': needsPerson('The npm package with PostgreSQL for this platform is not installed.'),
  'postgres-unreachable': needsPerson(
    'The operating-system user that runs PostgreSQL has no access to its program files.',
  ),
  'prerequisites-missing': needsPerson('`airlock doctor` found something missing or wrong on this machine.'),
  'python-missing': needsPerson('The program python3 on PATH does not work or cannot install packages.'),
  'python-too-old': needsPerson('The version of python3 on PATH is too old for Schemathesis.'),
  'schemathesis-install-failed': needsPerson('`pip` could not install Schemathesis.'),
  'server-failed': needsPerson(
    'An embedded server ended too early or did not become ready: the message names its log.',
  ),
  'server-not-running': needsPerson('The named server does not run in this state folder.'),
  'server-stuck': needsPerson('A server did not end after SIGKILL.'),
  'stack-not-running': needsPerson('No stack runs in this state folder.'),
  'stack-running': needsPerson('A stack already runs in this state folder.'),
  'state-corrupt': needsPerson('A file in the state folder does not contain what Airlock wrote there.'),
  'tool-build-failed': needsPerson('A pinned tool did not compile: the message names its log.'),
  'tool-missing': retry('A tool was built and then removed from the cache.'),
  'vault-unseal-failed': needsPerson('The unseal key in the state folder does not belong to this Vault.'),
};
