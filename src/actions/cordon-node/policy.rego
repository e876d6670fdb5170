# Policy of action cordon-node: a step must name a node
package airlock

step_accepted(step) if {
	step.action == "cordon-node"
	step.parameters.node != ""
}

# Nodes have no namespace.
cluster_scoped(step) if step.action == "cordon-node"
