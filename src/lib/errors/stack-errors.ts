import { ask, retry } from './error-entry.ts';

/** The embedded servers, the toolchain and the demo: development only. */
export const stackErrors = {
  'demo-failed': ask('The demo did not show everything that it promises.'),
  'demo-shop-refused': ask("The target cluster refused a manifest of the demo's shop."),
  'go-missing': ask('`go version` does not work on this machine.'),
  'go-too-old': ask('The Go on PATH is older than the pinned modules need.'),
  interrupted: ask('The command was stopped by a signal.'),
  'postgres-init-failed': ask('`initdb` failed.'),
  'postgres-missing': ask('The npm package with PostgreSQL for this platform is not installed.'),
  'postgres-unreachable': ask('The user that runs PostgreSQL cannot reach its programs.'),
  'prerequisites-missing': ask('`airlock doctor` found something missing or wrong on this machine.'),
  'python-missing': ask('The python3 on PATH does not work or cannot install packages.'),
  'python-too-old': ask('The python3 on PATH is older than Schemathesis needs.'),
  'schemathesis-install-failed': ask('`pip` could not install Schemathesis.'),
  'server-failed': ask('An embedded server ended early or did not become ready: the message names its log.'),
  'server-not-running': ask('The named server does not run in this state folder.'),
  'server-stuck': ask('A server does not end even by SIGKILL.'),
  'stack-not-running': ask('No stack runs in this state folder.'),
  'stack-running': ask('A stack already runs in this state folder.'),
  'state-corrupt': ask('A file of the state folder is not what Airlock wrote there.'),
  'tool-build-failed': ask('A pinned tool did not compile: the message names its log.'),
  'tool-missing': retry('A tool was built and then removed from the cache.'),
  'vault-unseal-failed': ask("The state folder's unseal key is not of this Vault."),
};
