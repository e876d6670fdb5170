# The risk tier of a plan
#
# The tier is the highest of `input.lowestTier` and the tiers in `minimum_tiers`. `input.lowestTier` comes from the
# actions of the plan.
package airlock

rank := {"low": 0, "medium": 1, "high": 2}

tier := name if {
	ranks := {rank[input.lowestTier]} | {rank[minimum.tier] | some minimum in minimum_tiers}
	some name, number in rank
	number == max(ranks)
}

# The reasons for the tier, as approvers read them.
tier_reasons contains {"rule": minimum.rule, "sentence": sentence} if {
	some minimum in minimum_tiers
	sentence := sprintf("at least tier %s, because %s", [minimum.tier, minimum.because])
}

tier_reasons contains {"rule": "action-tier", "sentence": sentence} if {
	rank[input.lowestTier] > rank.low
	sentence := sprintf("at least tier %s, because the plan uses action %s", [input.lowestTier, input.plan.action])
}

# Each rule gives a minimum tier, its id, and the reason.
minimum_tiers contains {"tier": "high", "rule": "several-steps", "because": because} if {
	count(input.plan.steps) > 1
	because := sprintf("the plan has %d steps", [count(input.plan.steps)])
}

minimum_tiers contains {"tier": "high", "rule": "critical-namespace", "because": because} if {
	input.namespace.class in data.critical_namespace_classes
	because := sprintf("namespace %s is of class %s", [input.namespace.name, input.namespace.class])
}

minimum_tiers contains {"tier": "high", "rule": "not-undoable", "because": "the plan has no undo"} if {
	not input.plan.undoable
}

minimum_tiers contains {"tier": "high", "rule": "unknown-predictions", "because": because} if {
	input.report.grades.unknown > 0
	because := sprintf("the rehearsal could not predict %s", [counted(input.report.grades.unknown, "value", "values")])
}

# Tier medium always needs an approval. So a person judges what the rehearsal could not determine.
minimum_tiers contains {"tier": "medium", "rule": "unknowns", "because": because} if {
	count(input.report.unknowns) > 0
	because := sprintf("the rehearsal could not determine %s", [counted(count(input.report.unknowns), "thing", "things")])
}

# Returns text such as `1 value` or `2 values`.
counted(1, singular, _) := sprintf("1 %s", [singular])

counted(number, _, plural) := sprintf("%d %s", [number, plural]) if number != 1
