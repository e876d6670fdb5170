# The verdict about one rehearsed plan
#
# src/domain/policy/policy-input.ts defines the input. src/domain/policy/verdict.ts defines the form of the verdict. A
# plan is allowed only if no `deny` rule applies and every condition of `allowed` holds. A condition that reads a
# missing value does not hold.
package airlock

default verdict := {
	"allowed": false,
	"reasons": [{"rule": "default-deny", "sentence": "no rule allows this plan: a value is missing or not valid"}],
}

verdict := {"allowed": false, "reasons": [reason | some reason in deny]} if count(deny) > 0

verdict := {
	"allowed": true,
	"tier": tier,
	"phase": input.phase,
	"execute": may_execute[input.phase],
	"obligation": obligation,
	"reasons": [reason | some reason in tier_reasons],
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
	freeze_window_permits
	count(input.plan.steps) > 0
	every step in input.plan.steps {
		step_accepted(step)
	}
}

# The policy of each action (src/actions/<name>/policy.rego) has a rule that accepts valid steps of the action. A step
# that no rule accepts is not allowed.
default step_accepted(_) := false

# True for a step that changes objects without a namespace, such as nodes. The policy of the action says so.
default cluster_scoped(_) := false

# The plan changes objects of one namespace, and this namespace is not protected.
namespace_allowed if {
	input.namespace.name != ""
	not input.namespace.name in data.protected_namespaces
	every step in input.plan.steps {
		not cluster_scoped(step)
	}
}

# The plan changes only objects without a namespace.
namespace_allowed if {
	not "namespace" in object.keys(input)
	every step in input.plan.steps {
		cluster_scoped(step)
	}
}

# By trust phase: whether Airlock executes plans that have the needed approvals.
may_execute := {"shadow": false, "assist": false, "limited": true, "autonomous": true}
