package airlock_test

test_restart_workload_is_high_because_it_has_no_undo if {
	step := {"action": "restart-workload", "parameters": {"deployment": "web", "at": 1767225600}}
	given := object.union(safe, {
		"lowestTier": "medium",
		"plan": {"action": "restart-workload", "steps": [step], "undoable": false},
	})
	verdict(given).tier == "high"
	verdict(given).obligation == {"approvals": 2, "groups": ["sre", "lead", "owner"], "distinctGroups": true}
	rules(given) == {"action-tier", "not-undoable"}
}
