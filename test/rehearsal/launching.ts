import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import { bundleOf } from './rehearsing.ts';
import { sets, snapshotOf } from './target.ts';

// A process that launches one rehearsal and prints how it ended: for tests that kill it, or take its rights away.

const [programs = '', deadlineSeconds] = process.argv.slice(2);
const parameters = { deployment: 'web', fromReplicaSet: sets.bad, toReplicaSet: sets.good };
const bundle = bundleOf(await snapshotOf(), { action: 'undo-rollout', parameters });
const options = { programs: JSON.parse(programs), deadlineSeconds: Number(deadlineSeconds) };
const sandbox = createProcessSandbox({ ...options, node: process.execPath, hide: [] });
const ending = await sandbox.rehearse(bundle).then(
  (report: any) => report.outcome,
  (error: any) => `${error.code}: ${error.message}`,
);
process.stdout.write(`${ending}\n`);
