# The verdict about one rehearsed plan
#
# The caller derives the input from verified data (src/domain/policy/policy-input.ts); the result has the form of
# src/domain/policy/verdict.ts. A plan is allowed only if every condition of `allowed` holds and no `deny`
# rule applies, so a missing value never allows anything.
package airlock

default verdict := {
	"allowed": false,
	"reasons": [{"rule": "default-deny", "sentence": "no rule allows this plan: a value is missing or unknown"}],
}

verdict := {"allowed": false, "reasons": [reason | some reason in deny]} if count(deny) > 0

verdict := {
	"allowed": true,
	"tier": tier,
	"phase": input.phase,
	"execute": execute[input.phase],
	"obligation": obligation,
	"reasons": [reason | some reason in raises],
} if {
	count(deny) == 0
	allowed
}

allowed if {
	input.report.outcome == "safe"
	count(input.report.failedChecks) == 0
	is_array(input.report.unknowns)
	is_object(input.report.grades)
	namespace_allowed
	outside_window
	count(input.plan.steps) > 0
	every step in input.plan.steps {
		known_action(step)
	}
}

# True for a step that the rule of its action accepts (src/actions/<name>/policy.rego). A step of an action without a
# rule is never accepted.
default known_action(_) := false

# True for a step whose action is on objects without a namespace, such as nodes. The rule of the action says so.
default cluster_scoped(_) := false

namespace_allowed if {
	input.namespace.name != ""
	not input.namespace.name in data.protected_namespaces
	every step in input.plan.steps {
		not cluster_scoped(step)
	}
}

namespace_allowed if {
	not "namespace" in object.keys(input)
	every step in input.plan.steps {
		cluster_scoped(step)
	}
}

# By trust phase: whether an approved plan is executed.
execute := {"shadow": false, "assist": false, "limited": true, "autonomous": true}
