# Policy of action uncordon-node
#
# A step must name a node. Nodes have no namespace, so each step is cluster-scoped.
package airlock

step_accepted(step) if {
	step.action == "uncordon-node"
	step.parameters.node != ""
}

cluster_scoped(step) if step.action == "uncordon-node"
