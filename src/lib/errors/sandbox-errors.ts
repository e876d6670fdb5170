import { needsPerson, retry, stop } from './error-entry.ts';

/** Errors of rehearsals and of the control plane on which a rehearsal runs. */
export const sandboxErrors = {
  'control-plane-corrupt': needsPerson(
    'A file in the folder of a control plane does not contain what Airlock wrote there.',
  ),
  'sandbox-api-failed': retry(
    "A request or a watch of the rehearsal itself failed at the sandbox's API server. No step of the plan made the request.",
  ),
  'sandbox-busy': retry('Other rehearsals use all slots of this machine, and none became free in time.'),
  'sandbox-etcd-failed': retry("The sandbox's etcd refused a write."),
  'sandbox-failed': retry('The process that runs the rehearsal ended with an error.'),
  'sandbox-program-failed': retry('A program of the sandbox ended too early or did not become ready.'),
  'sandbox-timeout': retry('The rehearsal did not finish in time and was stopped.'),
  'sandbox-unavailable': stop('This machine does not allow the Linux namespaces that isolate a rehearsal.'),
  'socket-path-too-long': stop('The path of a unix socket is longer than the kernel accepts.'),
};
