# The risk tier of a plan
#
# The tier is at least the tier of the plan's action. Each reason for a higher tier is a rule with a sentence.
package airlock

rank := {"low": 0, "medium": 1, "high": 2}

tier := name if {
	ranks := {rank[input.lowestTier]} | {rank[reason.tier] | some reason in raised}
	some name, number in rank
	number == max(ranks)
}

# The sentences that approvers read with the tier.
raises contains {"rule": reason.rule, "sentence": sentence} if {
	some reason in raised
	sentence := sprintf("at least tier %s, because %s", [reason.tier, reason.sentence])
}

raises contains {"rule": "action-tier", "sentence": sentence} if {
	rank[input.lowestTier] > rank.low
	sentence := sprintf("at least tier %s, because the plan uses action %s", [input.lowestTier, input.plan.action])
}

raised contains {"tier": "high", "rule": "several-steps", "sentence": sentence} if {
	count(input.plan.steps) > 1
	sentence := sprintf("the plan has %d steps", [count(input.plan.steps)])
}

raised contains {"tier": "high", "rule": "critical-namespace", "sentence": sentence} if {
	input.namespace.class in data.critical_namespace_classes
	sentence := sprintf("namespace %s is of class %s", [input.namespace.name, input.namespace.class])
}

raised contains {"tier": "high", "rule": "not-undoable", "sentence": "the plan has no undo"} if {
	not input.plan.undoable
}

raised contains {"tier": "high", "rule": "unknown-predictions", "sentence": sentence} if {
	input.report.grades.unknown > 0
	sentence := sprintf("the rehearsal could not predict %s", [counted(input.report.grades.unknown, "value", "values")])
}

# A person must weigh the things that a rehearsal could not determine, so such a plan never runs without an approval.
raised contains {"tier": "medium", "rule": "unknowns", "sentence": sentence} if {
	count(input.report.unknowns) > 0
	sentence := sprintf("%s not rehearsed", [counted(count(input.report.unknowns), "thing was", "things were")])
}

# Returns text such as `1 value` or `2 values`.
counted(1, one, _) := sprintf("1 %s", [one])

counted(number, _, many) := sprintf("%d %s", [number, many]) if number != 1
