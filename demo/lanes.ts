import type { MortalGateway } from './stories/killable-gateway.ts';
import { storyA } from './stories/story-a.ts';
import { storyB } from './stories/story-b.ts';
import { storyC } from './stories/story-c.ts';
import { storyD } from './stories/story-d.ts';
import type { Story } from './stories/story.ts';

/**
 * The stories side by side, but one after the other where both roll out in one cluster: a rehearsal there would not be
 * faithful. B and C share west all the same: B changes nothing, and C nothing before its people have decided, more than
 * ten seconds after B was rehearsed.
 */
export function lanesOf(gateway: MortalGateway): Story[][] {
  return [[storyA, storyD(gateway)], [storyB], [storyC]];
}
