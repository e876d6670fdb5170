import { z } from 'zod';
import type { NodeFacts, WorkloadFacts } from './measurement.ts';

/** Names of everything that can be predicted and measured (fact.ts), by the kind of object. */
export const factNames = {
  Deployment: ['template', 'replicas', 'replicaSet', 'scheduled', 'unschedulable', 'ready'],
  Node: ['cordoned', 'closed'],
} as const satisfies { Deployment: readonly (keyof WorkloadFacts)[]; Node: readonly (keyof NodeFacts)[] };

/** A fact, where a playbook or a report names one. */
export const factNameSchema = z.enum([...factNames.Deployment, ...factNames.Node]);
