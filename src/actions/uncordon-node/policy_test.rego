package airlock_test

uncordon := {
	"lowestTier": "medium",
	"plan": {
		"action": "uncordon-node",
		"steps": [{"action": "uncordon-node", "parameters": {"node": "node-1"}}],
		"undoable": true,
	},
}

test_uncordon_node_has_no_namespace_and_is_never_low if {
	verdict(object.union(without("/namespace"), uncordon)).tier == "medium"
}

test_uncordon_node_is_denied_in_a_namespace_and_without_a_node if {
	unnamed := {"plan": {"steps": [{"action": "uncordon-node", "parameters": {}}]}}
	every given in [object.union(safe, uncordon), object.union(without("/namespace"), object.union(uncordon, unnamed))] {
		rules(given) == {"default-deny"}
	}
}
