# The risk tier of a plan
#
# Never lower than the tier of its actions; every reason for a higher tier is a rule with a sentence.
package airlock

rank := {"low": 0, "medium": 1, "high": 2}

tier := name if {
	ranks := {rank[input.lowestTier]} | {rank[reason.tier] | some reason in raised}
	some name, number in rank
	number == max(ranks)
}

# The sentences that approvers read with the tier.
raises contains {"rule": reason.rule, "sentence": reason.sentence} if some reason in raised

raises contains {"rule": "action-tier", "sentence": sentence} if {
	rank[input.lowestTier] > rank.low
	sentence := sprintf("%s is never lower than %s", [input.plan.action, input.lowestTier])
}

raised contains {"tier": "high", "rule": "several-steps", "sentence": sentence} if {
	count(input.plan.steps) > 1
	sentence := sprintf("the plan has %d steps", [count(input.plan.steps)])
}

raised contains {"tier": "high", "rule": "critical-namespace", "sentence": sentence} if {
	input.namespace.class in data.critical_namespace_classes
	sentence := sprintf("namespace %s is of class %s", [input.namespace.name, input.namespace.class])
}

raised contains {"tier": "high", "rule": "not-undoable", "sentence": "this plan has no undo"} if {
	not input.plan.undoable
}

raised contains {"tier": "high", "rule": "unknown-predictions", "sentence": sentence} if {
	input.report.grades.unknown > 0
	sentence := sprintf("the outcome of %d prediction(s) is unknown", [input.report.grades.unknown])
}

# A person must weigh what a rehearsal could not determine: such a plan never runs without an approval.
raised contains {"tier": "medium", "rule": "unknowns", "sentence": sentence} if {
	count(input.report.unknowns) > 0
	sentence := sprintf("the rehearsal left %d thing(s) unknown", [count(input.report.unknowns)])
}
