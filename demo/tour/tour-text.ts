import type { Digest } from '../../src/lib/digest.ts';

/** One command of the tour and its output. */
export interface TourStep {
  title: string;
  args: readonly string[];
  printed: string;
}

/** Returns the commands of the tour, in order. They run in the folder of the tour. */
export function tourCommands(incident: string): Omit<TourStep, 'printed'>[] {
  return [
    {
      title: 'The dossier that the approver decided on, and the journal of the incident',
      args: ['incidents', 'show', incident],
    },
    {
      title: 'Every record is in the signed journal',
      args: ['journal', 'prove', incident, '--key', 'checkpoint.key'],
    },
    { title: 'Export the journal', args: ['journal', 'export', 'journal', '--key', 'checkpoint.key'] },
    {
      title: 'Verify the export with only the public key',
      args: ['journal', 'verify', 'journal', '--key', 'checkpoint.key'],
    },
  ];
}

/** Returns the page of the tour in Markdown, with the real output of the commands. */
export function tourText(
  { incident, dossier }: { incident: string; dossier: Digest },
  steps: readonly TourStep[],
): string {
  const introduction = `# A tour of one incident

A release of the shop crash-loops in cluster \`east\`. Airlock observes it, plans a rollback, rehearses the rollback on a real
control plane, and asks the lead to approve it. The gateway executes the approved plan once. Airlock then verifies the predictions.

\`npx airlock tour\` ran the commands of this page on the embedded stack. The same folder has:

- [\`dossier.json\`](dossier.json): the bytes that the lead approved. \`sha256sum dossier.json\` gives \`${dossier.replace('sha256:', '')}\`.
- [\`journal/\`](journal): the whole journal of that stack as tlog tiles, with its signed checkpoint.
- [\`checkpoint.key\`](checkpoint.key): the public key of the gateway's checkpoints.

The incident is \`${incident}\`.
`;
  return [introduction, ...steps.map(section)].join('\n');
}

function section({ title, args, printed }: TourStep): string {
  return `## ${title}\n\n\`\`\`\n$ npx airlock ${args.join(' ')}\n${printed.trimEnd()}\n\`\`\`\n`;
}
