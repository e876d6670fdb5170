import type { KillableGateway } from './stories/killable-gateway.ts';
import { storyA } from './stories/story-a.ts';
import { storyB } from './stories/story-b.ts';
import { storyC } from './stories/story-c.ts';
import { storyD } from './stories/story-d.ts';
import type { Story } from './stories/story.ts';

/**
 * Returns sequences of stories. The caller runs the sequences at the same time, and the stories of a sequence in order.
 * A and D both roll out in east. During a rollout of one story, a rehearsal of the other would not be faithful. So A
 * and D are in one sequence. B and C may overlap in west. B rolls out nothing. C rolls out only after three people have
 * approved, and by then the rehearsal of B has ended.
 */
export function storySequences(gateway: KillableGateway): Story[][] {
  return [[storyA, storyD(gateway)], [storyB], [storyC]];
}
