package airlock_test

import data.airlock

safe := {
	"cluster": {"name": "east", "class": "production"},
	"namespace": {"name": "shop", "class": "standard"},
	"playbook": "scale-up",
	"phase": "limited",
	"now": "2026-01-01T00:00:00Z",
	"lowestTier": "low",
	"plan": {
		"action": "scale-workload",
		"steps": [{"action": "scale-workload", "parameters": {"deployment": "web", "from": 2, "to": 4}}],
		"undoable": true,
	},
	"report": {
		"outcome": "safe",
		"fidelity": "control-plane",
		"reason": "all checks passed",
		"failedChecks": [],
		"unknowns": [],
		"grades": {"proved": 5},
	},
}

# The safe input with one thing changed.
but(path, value) := json.patch(safe, [{"op": "add", "path": path, "value": value}])

without(path) := json.patch(safe, [{"op": "remove", "path": path}])

verdict(given) := value if {
	value := airlock.verdict with input as given
}

rules(given) := {reason.rule | some reason in verdict(given).reasons}

test_ok_low_in_limited_needs_one_of_three_groups if {
	verdict(safe) == {
		"allowed": true,
		"tier": "low",
		"phase": "limited",
		"execute": true,
		"obligation": {"approvals": 1, "groups": ["sre", "lead", "owner"], "distinctGroups": false},
		"reasons": [],
	}
}

test_ok_medium_needs_lead_or_owner if {
	given := verdict(but("/lowestTier", "medium"))
	given.tier == "medium"
	given.obligation == {"approvals": 1, "groups": ["lead", "owner"], "distinctGroups": false}
}

test_ok_high_needs_two_groups if {
	given := verdict(but("/lowestTier", "high"))
	given.obligation == {"approvals": 2, "groups": ["sre", "lead", "owner"], "distinctGroups": true}
}

test_phase_by_tier if {
	wanted := {
		["shadow", "low"]: [false, 1], ["shadow", "medium"]: [false, 1], ["shadow", "high"]: [false, 2],
		["assist", "low"]: [false, 1], ["assist", "medium"]: [false, 1], ["assist", "high"]: [false, 2],
		["limited", "low"]: [true, 1], ["limited", "medium"]: [true, 1], ["limited", "high"]: [true, 2],
		["autonomous", "low"]: [true, 0], ["autonomous", "medium"]: [true, 1], ["autonomous", "high"]: [true, 2],
	}
	every scope, expected in wanted {
		given := verdict(object.union(safe, {"phase": scope[0], "lowestTier": scope[1]}))
		[given.execute, given.obligation.approvals] == expected
	}
}

test_high_because if {
	reasons := {
		"several-steps": but("/plan/steps/1", safe.plan.steps[0]),
		"critical-namespace": but("/namespace/class", "critical"),
		"not-undoable": but("/plan/undoable", false),
		"unknown-predictions": but("/report/grades/unknown", 1),
	}
	every rule, given in reasons {
		verdict(given).tier == "high"
		rules(given) == {rule}
	}
}

test_unknowns_never_run_by_themselves if {
	given := object.union(safe, {"phase": "autonomous", "report": {"unknowns": ["may be reverted"]}})
	verdict(given).tier == "medium"
	verdict(given).obligation.approvals == 1
}

test_denied_protected_namespace if {
	every name in ["kube-system", "kube-public", "kube-node-lease", "airlock-system"] {
		rules(but("/namespace/name", name)) == {"protected-namespace"}
	}
}

test_denied_maximum_replicas if {
	rules(but("/plan/steps/0/parameters/to", 51)) == {"maximum-replicas"}
	verdict(but("/plan/steps/0/parameters/to", 50)).allowed
}

test_denied_rehearsal_with_its_reason if {
	every outcome in ["unsafe", "not-faithful", "failed"] {
		given := object.union(safe, {"report": {"outcome": outcome, "reason": "2 pods stay unscheduled"}})
		verdict(given).reasons == [{
			"rule": "rehearsal-not-safe",
			"sentence": sprintf("the rehearsal is %s: 2 pods stay unscheduled", [outcome]),
		}]
	}
}

test_denied_each_failed_check if {
	given := but("/report/failedChecks", [{"id": "quota", "sentence": "too much"}, {"id": "pdb", "sentence": "too few"}])
	sentences := {reason.sentence | some reason in verdict(given).reasons}
	sentences == {"quota: too much", "pdb: too few"}
	not verdict(given).allowed
}

test_default_deny_of_what_is_not_known if {
	every given in [
		{}, but("/phase", "trusted"), but("/lowestTier", "none"), but("/plan/steps/0/action", "delete-all"),
		but("/plan/steps", []), but("/plan/steps/0/parameters", {}),
	] {
		rules(given) == {"default-deny"}
	}
}

test_default_deny_of_what_is_missing if {
	paths := [
		"/phase", "/lowestTier", "/namespace", "/plan", "/plan/steps", "/report", "/report/outcome",
		"/report/failedChecks", "/report/unknowns", "/report/grades",
	]
	every path in paths {
		rules(without(path)) == {"default-deny"}
	}
}

test_deny_wins_over_autonomous if {
	given := object.union(safe, {"phase": "autonomous", "report": {"outcome": "unsafe"}})
	not verdict(given).allowed
}
