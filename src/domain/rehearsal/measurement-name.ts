import { z } from 'zod';
import type { NodeMeasurements, WorkloadMeasurements } from './measurement.ts';

/** Names of all measurements (measurement.ts), by the kind of object. A rehearsal predicts each of them. */
export const measurementNames = {
  Deployment: ['template', 'replicas', 'replicaSet', 'scheduled', 'unschedulable', 'ready'],
  Node: ['cordoned', 'tainted'],
} as const satisfies { Deployment: readonly (keyof WorkloadMeasurements)[]; Node: readonly (keyof NodeMeasurements)[] };

/** Name of a measurement in a playbook or a report. */
export const measurementNameSchema = z.enum([...measurementNames.Deployment, ...measurementNames.Node]);
