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

# The safe input with one value changed or added.
but(path, value) := json.patch(safe, [{"op": "add", "path": path, "value": value}])

without(path) := json.patch(safe, [{"op": "remove", "path": path}])

verdict(given) := value if {
	value := airlock.verdict with input as given
}

rules(given) := {reason.rule | some reason in verdict(given).reasons}

test_low_in_limited_needs_one_of_three_groups if {
	verdict(safe) == {
		"allowed": true,
		"tier": "low",
		"phase": "limited",
		"execute": true,
		"obligation": {"approvals": 1, "groups": ["sre", "lead", "owner"], "distinctGroups": false},
		"reasons": [],
	}
}

test_medium_needs_lead_or_owner if {
	given := verdict(but("/lowestTier", "medium"))
	given.tier == "medium"
	given.obligation == {"approvals": 1, "groups": ["lead", "owner"], "distinctGroups": false}
}

test_high_needs_two_groups if {
	given := verdict(but("/lowestTier", "high"))
	given.obligation == {"approvals": 2, "groups": ["sre", "lead", "owner"], "distinctGroups": true}
}

test_phase_by_tier if {
	expectations := {
		["shadow", "low"]: [false, 1], ["shadow", "medium"]: [false, 1], ["shadow", "high"]: [false, 2],
		["assist", "low"]: [false, 1], ["assist", "medium"]: [false, 1], ["assist", "high"]: [false, 2],
		["limited", "low"]: [true, 1], ["limited", "medium"]: [true, 1], ["limited", "high"]: [true, 2],
		["autonomous", "low"]: [true, 0], ["autonomous", "medium"]: [true, 1], ["autonomous", "high"]: [true, 2],
	}
	every scope, expected in expectations {
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

test_unknowns_never_run_without_approval if {
	given := object.union(safe, {"phase": "autonomous", "report": {"unknowns": ["may be reverted"]}})
	verdict(given).tier == "medium"
	verdict(given).obligation.approvals == 1
}

test_denied_protected_namespace if {
	every name in ["kube-system", "kube-public", "kube-node-lease", "airlock-system"] {
		rules(but("/namespace/name", name)) == {"protected-namespace"}
	}
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

test_default_deny_of_a_step_whose_action_has_no_rule if {
	rules(but("/plan/steps/0/action", "delete-all")) == {"default-deny"}
	rules(but("/plan/steps/1", {"action": "delete-all", "parameters": {}})) == {"default-deny"}
}

test_denied_each_failed_check if {
	given := but("/report/failedChecks", [{"id": "quota", "sentence": "too much"}, {"id": "pdb", "sentence": "too few"}])
	sentences := {reason.sentence | some reason in verdict(given).reasons}
	sentences == {"too much (failed check: quota)", "too few (failed check: pdb)"}
	not verdict(given).allowed
}

test_default_deny_of_unknown_values if {
	every given in [
		{}, but("/phase", "trusted"), but("/lowestTier", "none"), but("/plan/steps/0/action", "delete-all"),
		but("/plan/steps", []), but("/plan/steps/0/parameters", {}),
	] {
		rules(given) == {"default-deny"}
	}
}

test_default_deny_of_missing_values if {
	paths := [
		"/phase", "/lowestTier", "/namespace", "/plan", "/plan/steps", "/report", "/report/outcome",
		"/report/failedChecks", "/report/unknowns", "/report/grades", "/cluster", "/cluster/class", "/now",
	]
	every path in paths {
		rules(without(path)) == {"default-deny"}
	}
}

# The verdict at a time of day, with a window from 22:00 to 06:00 in Berlin for clusters of class production.
night := {"from": "22:00", "to": "06:00", "zone": "Europe/Berlin", "classes": ["production"]}

at(now, change, window) := value if {
	given := object.union(but("/now", now), change)
	value := airlock.verdict with input as given with data.freeze_window as window
}

test_denied_inside_the_daily_window if {
	# Summer: Berlin is two hours ahead of UTC. Winter: one.
	every now in ["2026-07-01T20:00:00Z", "2026-07-01T23:30:00Z", "2026-07-02T03:59:59Z", "2026-01-01T21:00:00Z"] {
		given := at(now, {}, night)
		given.allowed == false
		given.reasons == [{
			"rule": "freeze-window",
			"sentence": "every day from 22:00 to 06:00 (Europe/Berlin) no plan is executed in clusters of class production",
		}]
	}
}

test_allowed_outside_the_daily_window if {
	every now in ["2026-07-01T19:59:59Z", "2026-07-02T04:00:00Z", "2026-01-01T20:59:59Z", "2026-01-01T05:00:00Z"] {
		at(now, {}, night).allowed
	}
}

test_daily_window_within_one_day if {
	noon := object.union(night, {"from": "12:00", "to": "13:30", "zone": "UTC"})
	not at("2026-01-01T12:00:00Z", {}, noon).allowed
	not at("2026-01-01T13:29:00Z", {}, noon).allowed
	at("2026-01-01T13:30:00Z", {}, noon).allowed
	at("2026-01-01T11:59:00Z", {}, noon).allowed
}

test_a_window_of_equal_times_is_the_whole_day if {
	whole := object.union(night, {"from": "06:00", "to": "06:00"})
	every now in ["2026-07-01T03:59:59Z", "2026-07-01T04:00:00Z", "2026-07-01T12:00:00Z", "2026-07-01T22:00:00Z"] {
		given := at(now, {}, whole)
		{reason.rule | some reason in given.reasons} == {"freeze-window"}
	}
	at("2026-07-01T12:00:00Z", {"cluster": {"class": "staging"}}, whole).allowed
}

test_an_unknown_class_or_time_passes_no_window if {
	every change in [{"cluster": {"class": null}}, {"cluster": {"class": 7}}, {"now": null}, {"now": "noon"}] {
		given := object.union(but("/now", "2026-07-01T12:00:00Z"), change)
		every window in [night, object.union(night, {"classes": []})] {
			result := airlock.verdict with input as given with data.freeze_window as window
			{reason.rule | some reason in result.reasons} == {"default-deny"}
		}
	}
}

test_daily_window_applies_to_its_classes_and_to_executing_phases if {
	at("2026-07-01T20:00:00Z", {"cluster": {"class": "staging"}}, night).allowed
	every phase in ["shadow", "assist"] {
		at("2026-07-01T20:00:00Z", {"phase": phase}, night).allowed
	}
	not at("2026-07-01T20:00:00Z", {"phase": "autonomous"}, night).allowed
}

test_a_malformed_window_allows_nothing if {
	broken := [
		object.union(night, {"zone": "Nowhere/Town"}), object.union(night, {"from": "ten"}),
		object.union(night, {"to": 6}), object.union(night, {"classes": "production"}), {"classes": ["production"]}, {},
	]
	every window in broken {
		not at("2026-07-01T12:00:00Z", {}, window).allowed
	}
	not at("noon", {}, night).allowed
}

test_deny_wins_over_autonomous if {
	given := object.union(safe, {"phase": "autonomous", "report": {"outcome": "unsafe"}})
	not verdict(given).allowed
}
