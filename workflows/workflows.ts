// Everything that the governance worker runs, by the names under which it is started.
export { remediation } from './remediation.ts';
export { scheduled } from './scheduled.ts';
