# Policy of action undo-rollout: no condition on its steps
package airlock

known_action(step) if step.action == "undo-rollout"
