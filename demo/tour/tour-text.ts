import type { Digest } from '../../src/lib/digest.ts';

/** One command of the tour and what it printed. */
export interface TourPart {
  title: string;
  args: readonly string[];
  printed: string;
}

/** What a reader would run, in order, in the tour's folder. */
export function tourCommands(incident: string): Omit<TourPart, 'printed'>[] {
  return [
    { title: 'What the approver decides on, and what happened', args: ['incidents', 'show', incident] },
    {
      title: 'Every record stands in the signed journal',
      args: ['journal', 'prove', incident, '--key', 'checkpoint.key'],
    },
    { title: 'The journal leaves the house', args: ['journal', 'export', 'journal', '--key', 'checkpoint.key'] },
    {
      title: 'And is checked with nothing but the public key',
      args: ['journal', 'verify', 'journal', '--key', 'checkpoint.key'],
    },
  ];
}

/** The tour's page: Markdown, made of what was really printed. */
export function tourText(
  { incident, dossier }: { incident: string; dossier: Digest },
  parts: readonly TourPart[],
): string {
  const introduction = `# A tour of one incident

A release of the shop crash-loops in cluster \`east\`. Airlock observes it, plans to take the release back, rehearses that on a
real control plane, and asks the lead; the gateway executes what she signed, once, and every prediction is checked.

Everything on this page was printed by the commands it shows, by \`npx airlock tour\` on the embedded stack. Beside it:

- [\`dossier.json\`](dossier.json): the bytes that were signed. \`sha256sum dossier.json\` gives \`${dossier.replace('sha256:', '')}\`.
- [\`journal/\`](journal): the whole journal of that stack as tlog tiles, with its signed checkpoint.
- [\`checkpoint.key\`](checkpoint.key): the public key of the gateway's checkpoints.

The incident is \`${incident}\`.
`;
  return [introduction, ...parts.map(section)].join('\n');
}

function section({ title, args, printed }: TourPart): string {
  return `## ${title}\n\n\`\`\`\n$ npx airlock ${args.join(' ')}\n${printed.trimEnd()}\n\`\`\`\n`;
}
