import { visible } from '../../lib/escape-for-terminal.ts';

/** Text of several lines for a terminal: its line breaks stay, everything else that would act there is made visible. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line))
    .join('\n');
}
