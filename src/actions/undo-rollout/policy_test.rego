package airlock_test

test_undo_rollout_is_allowed if {
	step := {
		"action": "undo-rollout",
		"parameters": {"deployment": "web", "fromReplicaSet": "web-2", "toReplicaSet": "web-1"},
	}
	given := object.union(safe, {
		"lowestTier": "medium",
		"plan": {"action": "undo-rollout", "steps": [step], "undoable": true},
	})
	verdict(given).allowed
	verdict(given).tier == "medium"
	rules(given) == {"action-tier"}
}
