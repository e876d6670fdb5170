import type { KillableGateway } from './stories/killable-gateway.ts';
import { storyA } from './stories/story-a.ts';
import { storyB } from './stories/story-b.ts';
import { storyC } from './stories/story-c.ts';
import { storyD } from './stories/story-d.ts';
import type { Story } from './stories/story.ts';

/**
 * The sequences run concurrently. The stories of one sequence run one after the other. Two stories that roll out in one cluster
 * must not overlap, because the second would rehearse against a changing cluster. B and C may both run in west: B changes
 * nothing, and C changes nothing before people approve, which is more than ten seconds after the rehearsal of B.
 */
export function storySequences(gateway: KillableGateway): Story[][] {
  return [[storyA, storyD(gateway)], [storyB], [storyC]];
}
