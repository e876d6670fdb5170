import { ask, retry, stop } from './error-entry.ts';

/** Rehearsals and the control plane that they run on. */
export const sandboxErrors = {
  'control-plane-corrupt': ask("A file of a control plane's folder lacks what Airlock wrote there."),
  'sandbox-api-failed': retry("The sandbox's API server refused a request of the rehearsal itself."),
  'sandbox-busy': retry('No rehearsal slot became free in time.'),
  'sandbox-etcd-failed': retry("The sandbox's etcd refused a write."),
  'sandbox-failed': retry("The rehearsal's runner ended with an error."),
  'sandbox-program-failed': retry('A program of the sandbox ended early or did not become ready.'),
  'sandbox-timeout': retry('The rehearsal did not finish in time and was stopped.'),
  'sandbox-unavailable': stop('This machine does not allow the namespaces that a rehearsal needs.'),
  'socket-path-too-long': stop('The path of a unix socket is longer than the kernel takes.'),
};
