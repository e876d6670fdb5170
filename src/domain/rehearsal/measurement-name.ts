import { z } from 'zod';
import type { NodeMeasurements, WorkloadMeasurements } from './measurement.ts';

/**
 * For each kind of object: the names of all its measurements (measurement.ts). A rehearsal predicts every measurement
 * of the objects that the plan changes.
 */
export const measurementNames = {
  Deployment: ['template', 'replicas', 'replicaSet', 'scheduled', 'unschedulable', 'ready'],
  Node: ['cordoned', 'tainted'],
} as const satisfies { Deployment: readonly (keyof WorkloadMeasurements)[]; Node: readonly (keyof NodeMeasurements)[] };

/** The name of a measurement. */
export const measurementNameSchema = z.enum([...measurementNames.Deployment, ...measurementNames.Node]);
