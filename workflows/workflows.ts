// All workflows of the governance worker. The name of each export is a workflow type.
export { remediation } from './remediation.ts';
export { scheduled } from './scheduled.ts';
