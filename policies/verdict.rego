# What Airlock's policy says about one rehearsed plan
#
# The input is derived by the asker from verified facts (src/domain/policy/policy-input.ts), the answer has the form of
# src/domain/policy/verdict.ts. Deny by default: a plan is allowed only where every positive condition of `allowed` holds and
# no rule of deny.rego objects, so that a fact which is missing can never allow anything.
package airlock

default verdict := {
	"allowed": false,
	"reasons": [{"rule": "default-deny", "sentence": "no rule allows this plan: a fact is missing or is not known"}],
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
	in_place
	outside_window
	count(input.plan.steps) > 0
	every step in input.plan.steps {
		known_action(step)
	}
}

# Actions on nodes, which stand in no namespace. Every other action needs one.
node_actions := {"cordon-node", "uncordon-node"}

in_place if {
	input.namespace.name != ""
	not input.namespace.name in data.protected_namespaces
	every step in input.plan.steps {
		not step.action in node_actions
	}
}

in_place if {
	not "namespace" in object.keys(input)
	every step in input.plan.steps {
		step.action in node_actions
	}
}

known_action(step) if step.action == "undo-rollout"

known_action(step) if {
	step.action in node_actions
	step.parameters.node != ""
}

known_action(step) if step.action == "restart-workload"

known_action(step) if {
	step.action == "scale-workload"
	step.parameters.to <= data.limits.max_replicas
}

# Nothing is executed on trust that was not earned yet.
execute := {"shadow": false, "assist": false, "limited": true, "autonomous": true}
