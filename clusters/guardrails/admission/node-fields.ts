/** Fields of a node's spec that no node action changes: all but `unschedulable`. The taint is its controller's to write. */
export const keptNodeFields = [
  ...['podCIDR', 'podCIDRs', 'providerID', 'taints', 'configSource', 'externalID'],
] as const;
