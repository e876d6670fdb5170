import type { KillableGateway } from './stories/killable-gateway.ts';
import { storyA } from './stories/story-a.ts';
import { storyB } from './stories/story-b.ts';
import { storyC } from './stories/story-c.ts';
import { storyD } from './stories/story-d.ts';
import type { Story } from './stories/story.ts';

/**
 * Returns sequences of stories. The sequences run concurrently, the stories of one sequence one after the other. A and
 * D both roll out in east, so they must not overlap: one would rehearse while the other changes the cluster. B and C
 * may overlap in west. B changes nothing. C changes nothing before people approve, and by then the rehearsal of B is
 * over.
 */
export function storySequences(gateway: KillableGateway): Story[][] {
  return [[storyA, storyD(gateway)], [storyB], [storyC]];
}
