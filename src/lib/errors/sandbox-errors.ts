import { ask, retry, stop } from './error-entry.ts';

/** Errors of rehearsals, and of the control planes of sandboxes and embedded targets. */
export const sandboxErrors = {
  'control-plane-corrupt': ask('The token file of a control plane lacks a token.'),
  'sandbox-api-failed': retry(
    "Airlock could not control the sandbox: the sandbox's API server refused a request, or a watch ended.",
  ),
  'sandbox-busy': retry('Other rehearsals used all slots, and no slot became free in time.'),
  'sandbox-etcd-failed': retry("The sandbox's etcd refused a write."),
  'sandbox-failed': retry('The process of the rehearsal failed or returned no usable report.'),
  'sandbox-program-failed': retry('A program of the sandbox ended too early, or did not become ready in time.'),
  'sandbox-timeout': retry('The rehearsal took too long, so Airlock stopped it.'),
  'sandbox-unavailable': stop('This machine cannot isolate a rehearsal in Linux namespaces.'),
  'socket-path-too-long': stop("The path of etcd's Unix socket is longer than Linux accepts."),
};
