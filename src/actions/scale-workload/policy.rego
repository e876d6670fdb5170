# Policy of action scale-workload
#
# The new number of replicas must be at most `limits.max_replicas` in policies/data.yaml. If the number is higher,
# `deny` gives the reason.
package airlock

step_accepted(step) if {
	step.action == "scale-workload"
	step.parameters.to <= data.limits.max_replicas
}

deny contains {"rule": "maximum-replicas", "sentence": sentence} if {
	some step in input.plan.steps
	step.action == "scale-workload"
	step.parameters.to > data.limits.max_replicas
	sentence := sprintf("%d replicas exceed the allowed maximum of %d", [step.parameters.to, data.limits.max_replicas])
}
