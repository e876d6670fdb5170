import { z } from 'zod';
import type { WorkloadFacts } from './fact.ts';

/** Names of everything that can be predicted and measured of a workload (fact.ts). */
export const factNames = [
  'template',
  'replicas',
  'replicaSet',
  'scheduled',
  'unschedulable',
  'ready',
] as const satisfies readonly (keyof WorkloadFacts)[];

/** A fact, where a playbook or a report names one. */
export const factNameSchema = z.enum(factNames);
