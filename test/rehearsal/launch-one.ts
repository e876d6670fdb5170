import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import { bundleOf } from './rehearse-for.ts';
import { sets, snapshotOf } from './target.ts';

// A process that launches one rehearsal and prints its outcome, for tests that kill it or run it with fewer permissions.

const [programs = '', deadlineSeconds] = process.argv.slice(2);
const parameters = { deployment: 'web', fromReplicaSet: sets.bad, toReplicaSet: sets.good };
const bundle = bundleOf(await snapshotOf(), { action: 'undo-rollout', parameters });
const options = { programs: JSON.parse(programs), deadlineSeconds: Number(deadlineSeconds) };
const sandbox = createProcessSandbox({ ...options, node: process.execPath, hide: [] });
const outcome = await sandbox.rehearse(bundle).then(
  (report: any) => report.outcome,
  (error: any) => `${error.code}: ${error.message}`,
);
process.stdout.write(`${outcome}\n`);
