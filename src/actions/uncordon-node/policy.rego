# Policy of action uncordon-node: a step must name a node
package airlock

known_action(step) if {
	step.action == "uncordon-node"
	step.parameters.node != ""
}

cluster_scoped(step) if step.action == "uncordon-node"
