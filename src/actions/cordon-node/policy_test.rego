package airlock_test

cordon := {
	"lowestTier": "medium",
	"plan": {
		"action": "cordon-node",
		"steps": [{"action": "cordon-node", "parameters": {"node": "node-1"}}],
		"undoable": true,
	},
}

test_cordon_node_has_no_namespace_and_is_never_low if {
	given := verdict(object.union(without("/namespace"), cordon))
	given.tier == "medium"
	given.obligation == {"approvals": 1, "groups": ["lead", "owner"], "distinctGroups": false}
	autonomous := verdict(object.union(without("/namespace"), object.union(cordon, {"phase": "autonomous"})))
	autonomous.obligation.approvals == 1
}

test_cordon_node_is_denied_in_a_namespace_and_without_a_node if {
	unnamed := {"plan": {"steps": [{"action": "cordon-node", "parameters": {}}]}}
	every given in [
		object.union(safe, cordon), without("/namespace"), but("/namespace/name", ""),
		object.union(without("/namespace"), object.union(cordon, unnamed)),
	] {
		rules(given) == {"default-deny"}
	}
}
