# Policy of action restart-workload: no condition on its steps
package airlock

known_action(step) if step.action == "restart-workload"
