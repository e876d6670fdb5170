import type { Digest } from '../../src/lib/digest.ts';

/** One `airlock` command of the tour, with the output of the command. */
export interface TourStep {
  title: string;
  args: readonly string[];
  /** The standard output of the command. */
  printed: string;
}

/** Returns the commands of the tour, in order. The commands run in the folder of the tour. */
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

/** Returns the page of the tour, in Markdown. */
export function tourText(
  { incident, dossier }: { incident: string; dossier: Digest },
  steps: readonly TourStep[],
): string {
  const introduction = `# A tour of one incident

In cluster \`east\`, the pods of a new release of the shop crash-loop. Airlock plans a rollback of the release, rehearses
the rollback on a real control plane, and asks the lead for approval. The gateway executes the approved plan once.
Airlock then verifies the predictions.

\`npx airlock tour\` ran the commands of this page on the embedded stack. The folder of this page also contains:

- [\`dossier.json\`](dossier.json): the bytes that the lead approved. \`sha256sum dossier.json\` prints \`${dossier.replace('sha256:', '')}\`.
- [\`journal/\`](journal): the whole journal of that stack as C2SP tlog tiles, with a signed checkpoint.
- [\`checkpoint.key\`](checkpoint.key): the public key of the gateway's checkpoints.

The incident is \`${incident}\`.
`;
  return [introduction, ...steps.map(section)].join('\n');
}

function section({ title, args, printed }: TourStep): string {
  return `## ${title}\n\n\`\`\`\n$ npx airlock ${args.join(' ')}\n${printed.trimEnd()}\n\`\`\`\n`;
}
