import { z } from 'zod';
import type { NodeMeasurements, WorkloadMeasurements } from './measurement.ts';

/** For each kind of object that a plan can change: the names of the measurements (see measurement.ts). */
export const measurementNames = {
  Deployment: ['template', 'replicas', 'replicaSet', 'scheduled', 'unschedulable', 'ready'],
  Node: ['cordoned', 'tainted'],
} as const satisfies { Deployment: readonly (keyof WorkloadMeasurements)[]; Node: readonly (keyof NodeMeasurements)[] };

/** The name of one measurement. */
export const measurementNameSchema = z.enum([...measurementNames.Deployment, ...measurementNames.Node]);
