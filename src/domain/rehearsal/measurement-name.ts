import { z } from 'zod';
import type { NodeMeasurements, WorkloadMeasurements } from './measurement.ts';

/** Names of all measurements (measurement.ts), by kind of object. A rehearsal predicts every measurement of its objects. */
export const measurementNames = {
  Deployment: ['template', 'replicas', 'replicaSet', 'scheduled', 'unschedulable', 'ready'],
  Node: ['cordoned', 'tainted'],
} as const satisfies { Deployment: readonly (keyof WorkloadMeasurements)[]; Node: readonly (keyof NodeMeasurements)[] };

/** Name of a measurement in a playbook or a report. */
export const measurementNameSchema = z.enum([...measurementNames.Deployment, ...measurementNames.Node]);
