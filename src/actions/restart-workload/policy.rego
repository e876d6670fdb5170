# A restart of a Deployment's pods
package airlock

known_action(step) if step.action == "restart-workload"
