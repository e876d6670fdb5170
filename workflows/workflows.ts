// All workflows of the governance worker. The name of the export is the workflow type.
export { remediation } from './remediation.ts';
export { scheduled } from './scheduled.ts';
