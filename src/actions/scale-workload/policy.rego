# Policy of action scale-workload: a step must not exceed the maximum number of replicas (data.yaml)
package airlock

known_action(step) if {
	step.action == "scale-workload"
	step.parameters.to <= data.limits.max_replicas
}

deny contains {"rule": "maximum-replicas", "sentence": sentence} if {
	some step in input.plan.steps
	step.action == "scale-workload"
	step.parameters.to > data.limits.max_replicas
	sentence := sprintf("%d replicas are more than the allowed maximum of %d", [step.parameters.to, data.limits.max_replicas])
}
