# Rules that deny a plan
#
# Each rule gives its id and a sentence. More `deny` rules are in window.rego and in the policies of actions
# (src/actions/<name>/policy.rego).
package airlock

deny contains {"rule": "rehearsal-not-safe", "sentence": sentence} if {
	input.report.outcome != "safe"
	sentence := sprintf("the rehearsal is %s: %s", [input.report.outcome, input.report.reason])
}

deny contains {"rule": "check-failed", "sentence": sentence} if {
	some check in input.report.failedChecks
	sentence := sprintf("%s (failed check: %s)", [check.sentence, check.id])
}

deny contains {"rule": "protected-namespace", "sentence": sentence} if {
	input.namespace.name in data.protected_namespaces
	sentence := sprintf("namespace %s is protected", [input.namespace.name])
}
