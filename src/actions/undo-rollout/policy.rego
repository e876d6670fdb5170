# A rollback of a Deployment
package airlock

known_action(step) if step.action == "undo-rollout"
