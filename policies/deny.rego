# Why a plan is denied
#
# One sentence for each thing that is wrong, each with the id of its rule.
package airlock

deny contains {"rule": "rehearsal-not-safe", "sentence": sentence} if {
	input.report.outcome != "safe"
	sentence := sprintf("the rehearsal is %s: %s", [input.report.outcome, input.report.reason])
}

deny contains {"rule": "check-failed", "sentence": sentence} if {
	some check in input.report.failedChecks
	sentence := sprintf("%s: %s", [check.id, check.sentence])
}

deny contains {"rule": "protected-namespace", "sentence": sentence} if {
	input.namespace.name in data.protected_namespaces
	sentence := sprintf("namespace %s is protected", [input.namespace.name])
}

deny contains {"rule": "maximum-replicas", "sentence": sentence} if {
	some step in input.plan.steps
	step.action == "scale-workload"
	step.parameters.to > data.limits.max_replicas
	sentence := sprintf("%d replicas are more than the %d that are allowed", [step.parameters.to, data.limits.max_replicas])
}
